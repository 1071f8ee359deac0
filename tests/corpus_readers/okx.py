unproven = {"depth": "The recordings hold the channel books-l2-tbt of 2021 and 2022, whose messages have no ids; books has ids."}


def events(message, state):
    if not isinstance(message, dict) or "event" in message:
        return
    arg, data = message["arg"], message["data"]
    if arg["channel"] == "trades":
        for t in sorted(data, key=lambda t: int(t["tradeId"])):
            yield "trades", t["instId"], [(t["side"], t["px"], t["sz"])]
    elif arg["channel"] in ("books", "books-l2-tbt"):
        for book in data:
            rows = [("bid", *x[:2]) for x in book["bids"]] + [("ask", *x[:2]) for x in book["asks"]]
            alive = message["action"] == "update" and not rows and book.get("seqId") == book.get("prevSeqId")
            if not alive:
                yield "snapshots" if message["action"] == "snapshot" else "depth", arg["instId"], rows
