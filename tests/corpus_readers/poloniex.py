depths = (20,)


def events(message, state):
    if "data" not in message:
        return
    if message["channel"] == "trades":
        for t in sorted(message["data"], key=lambda t: int(t["id"])):
            yield "trades", t["symbol"], [(t["takerSide"].lower(), t["price"], t["quantity"])]
    elif message["channel"] == "book_lv2":
        book = message["data"][0]
        rows = [("bid", *x) for x in book["bids"]] + [("ask", *x) for x in book["asks"]]
        yield "snapshots" if message["action"] == "snapshot" else "depth", book["symbol"], rows
