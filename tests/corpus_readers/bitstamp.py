def events(message, state):
    data, symbol = message.get("data"), message.get("channel", "").rsplit("_", 1)[-1]
    if message["event"] == "trade":
        yield "trades", symbol, [("sell" if data["type"] == "1" else "buy", data["price_str"], data["amount_str"])]
    elif message["event"] == "data" and message["channel"].startswith("diff_order_book_"):
        yield "depth", symbol, [("bid", *x[:2]) for x in data["bids"]] + [("ask", *x[:2]) for x in data["asks"]]


begins_empty = True
