folder = "gate"
begins_empty = True  # snapshots are fetched over REST


def events(message, state):
    result = message.get("result")
    if message["event"] != "update":
        return
    if message["channel"] == "spot.trades":
        yield "trades", result["currency_pair"], [(result["side"], result["price"], result["amount"])]
    elif message["channel"] == "spot.order_book_update":
        yield "depth", result["s"], [("bid", *x) for x in result["b"]] + [("ask", *x) for x in result["a"]]


def skip(name):
    return "futures" in name
