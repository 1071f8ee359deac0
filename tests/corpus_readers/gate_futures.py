folder = "gate"
begins_empty = True  # snapshots are fetched over REST


def events(message, state):
    result = message.get("result")
    if message["event"] != "update":
        return
    if message["channel"] == "futures.trades":
        for t in result:
            yield "trades", t["contract"], [("sell" if t["size"].startswith("-") else "buy", t["price"], t["size"].lstrip("-"))]
    elif message["channel"] == "futures.order_book_update":
        yield "depth", result["s"], [("bid", x["p"], x["s"]) for x in result["b"]] + [("ask", x["p"], x["s"]) for x in result["a"]]


def skip(name):
    return "futures" not in name
