folder = "htx"


def events(message, state):
    topic = message.get("ch", "").split(".", 2)
    if topic[-1] == "trade.detail":
        for t in message["tick"]["data"]:
            yield "trades", topic[1], [(t["direction"], t["price"], t["amount"])]


def skip(name):
    return "linear-swap" not in name
