folder = "htx"
unproven = {"depth": "The recording of 2022 holds the channel depth.step0, a complete book each time; depth.size_150.high_freq is subscribed."}


def events(message, state):
    topic = message.get("ch", "").split(".", 2)
    if topic[-1] == "trade.detail":
        for t in message["tick"]["data"]:
            yield "trades", topic[1], [(t["direction"], t["price"], t["amount"])]


def skip(name):
    return "linear-swap" not in name
