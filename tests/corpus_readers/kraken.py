def events(message, state):
    replayed = message.get("type") == "snapshot"
    if message.get("channel") == "trade":
        for t in sorted(message["data"], key=lambda t: int(t["trade_id"])):
            yield "replayed" if replayed else "trades", t["symbol"], [(t["side"], t["price"], t["qty"])]
    elif message.get("channel") == "book":
        for b in message["data"]:
            rows = [("bid", x["price"], x["qty"]) for x in b["bids"]] + [("ask", x["price"], x["qty"]) for x in b["asks"]]
            yield "snapshots" if replayed else "depth", b["symbol"], rows


def skip(name):
    return "-v1-" in name  # the retired protocol
