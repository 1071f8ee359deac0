unproven = {"depth": "The diffs of the recording of 2021 have no time; those of today have one, and it determines the minute."}


def events(message, state):
    d = message.get("data")
    if message.get("subject") == "trade.l3match":
        yield "trades", d["symbol"], [(d["side"], d["price"], d["size"])]
    elif message.get("subject") == "trade.l2update":
        sides = [("bid", "bids"), ("ask", "asks")]
        yield "depth", d["symbol"], [(side, *x[:2]) for side, key in sides for x in d["changes"][key] if float(x[0]) != 0]


begins_empty = True
