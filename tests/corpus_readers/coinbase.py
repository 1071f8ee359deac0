unproven = {"depth": "The recording of 2021 holds the channel level2, which needs a login now; level2_batch is subscribed."}


def events(message, state):
    kind = message["type"]
    if kind in ("match", "last_match"):
        dataset = "trades" if kind == "match" else "replayed"
        yield dataset, message["product_id"], [("buy" if message["side"] == "sell" else "sell", message["price"], message["size"])]
    elif kind == "snapshot":
        yield "snapshots", message["product_id"], [("bid", *x) for x in message["bids"]] + [("ask", *x) for x in message["asks"]]
    elif kind == "l2update":
        rows = [("bid" if side == "buy" else "ask", price, size) for side, price, size in message["changes"]]
        yield "depth", message["product_id"], sorted(rows, key=lambda row: row[0], reverse=True)
