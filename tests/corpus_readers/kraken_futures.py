def events(message, state):
    feed, symbol = ("" if "event" in message else message.get("feed", "")), message.get("product_id")
    if feed == "trade":
        yield "trades", symbol, [(message["side"], message["price"], message["qty"])]
    elif feed == "trade_snapshot":
        for t in sorted(message["trades"], key=lambda t: int(t["seq"])):
            yield "replayed", t["product_id"], [(t["side"], t["price"], t["qty"])]
    elif feed == "book":
        yield "depth", symbol, [({"buy": "bid", "sell": "ask"}[message["side"]], message["price"], message["qty"])]
    elif feed == "book_snapshot":
        yield "snapshots", symbol, [(side, x["price"], x["qty"]) for side, key in (("bid", "bids"), ("ask", "asks")) for x in message[key]]


folder = "kraken-futures"
