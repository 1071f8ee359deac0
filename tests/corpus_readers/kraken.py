import decimal

import corpus_books

DECIMALS = {"BTC/USD": (1, 8)}  # of price and size: the recording was written without trailing zeros, which the checksum needs


def events(message, state):
    replayed = message.get("type") == "snapshot"
    if message.get("channel") == "trade":
        for t in sorted(message["data"], key=lambda t: int(t["trade_id"])):
            yield "replayed" if replayed else "trades", t["symbol"], [(t["side"], t["price"], t["qty"])]
    elif message.get("channel") == "book":
        for b in message["data"]:
            rows = [("bid", x["price"], x["qty"]) for x in b["bids"]] + [("ask", x["price"], x["qty"]) for x in b["asks"]]
            yield "snapshots" if replayed else "depth", b["symbol"], rows


def skip(name):
    return "-v1-" in name  # the retired protocol


def checksum(book, decimals):
    """The CRC-32 of the best 10 asks, then bids: digits of price and size without the point and leading zeros."""
    levels = book.texts("ask", 10) + book.texts("bid", 10)
    digits = (f"{decimal.Decimal(text):.{places}f}" for level in levels for text, places in zip(level, decimals))
    return corpus_books.crc("".join(text.replace(".", "").lstrip("0") for text in digits))


def checksums(message, books):
    if message.get("channel") == "book":
        for book in message["data"]:
            if "checksum" in book:
                yield book["symbol"], int(book["checksum"]), checksum(books[book["symbol"]], DECIMALS[book["symbol"]])


depths = (10, 25, 100, 500, 1000)
