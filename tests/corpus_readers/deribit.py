def events(message, state):
    params = message.get("params", {})
    channel, data = params.get("channel", ""), params.get("data")
    if channel.count(".") != 2:
        return
    if channel.startswith("trades."):
        for t in sorted(data, key=lambda t: int(t["trade_seq"])):
            yield "trades", t["instrument_name"], [(t["direction"], t["price"], t["amount"])]
    elif channel.startswith("book."):
        rows = [("bid", *x[1:3]) for x in data["bids"]] + [("ask", *x[1:3]) for x in data["asks"]]
        yield "snapshots" if data["type"] == "snapshot" else "depth", data["instrument_name"], rows
