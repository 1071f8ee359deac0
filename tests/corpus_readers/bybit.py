def events(message, state):
    topic = message.get("topic", "")
    data = message.get("data")
    if topic.startswith("publicTrade."):
        for t in data:
            yield "trades", t["s"], [(t["S"].lower(), t["p"], t["v"])]
    elif topic.startswith("orderbook."):
        rows = [("bid", *x[:2]) for x in data["b"]] + [("ask", *x[:2]) for x in data["a"]]
        yield "snapshots" if message["type"] == "snapshot" else "depth", data["s"], rows


folder = "bybit"
depths = (200, 500)


def skip(name):
    return "linear" in name
