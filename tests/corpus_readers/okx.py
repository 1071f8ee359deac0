import corpus_books

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


def checksum(book):
    """The CRC-32 of the best 25 levels, bids and asks in turn, as a signed number."""
    sides = [book.texts(side, 25) for side in ("bid", "ask")]
    parts = [":".join(levels[i]) for i in range(25) for levels in sides if i < len(levels)]
    value = corpus_books.crc(":".join(parts))
    return value - (1 << 32) if value >= 1 << 31 else value


def checksums(message, books):
    if not isinstance(message, dict) or "event" in message or message["arg"]["channel"] not in ("books", "books-l2-tbt"):
        return
    for book in message["data"]:
        symbol = message["arg"]["instId"]
        if int(book.get("checksum", 0)) != 0 and symbol in books:
            yield symbol, int(book["checksum"]), checksum(books[symbol])


depths = (400,)
