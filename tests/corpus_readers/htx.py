unproven = {"depth": "The recording of 2021 holds the channel depth.step0, a complete book each second; mbp.150 is subscribed."}


def events(message, state):
    topic = message.get("ch", "").split(".", 2)
    if topic[-1] == "trade.detail":
        for t in sorted(message["tick"]["data"], key=lambda t: int(t["tradeId"])):
            yield "trades", topic[1], [(t["direction"], t["price"], t["amount"])]


def skip(name):
    return "swap" in name
