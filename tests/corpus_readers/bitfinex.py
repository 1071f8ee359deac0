def level(price, count, amount, *_):
    size = "0" if count == "0" else amount.lstrip("-")
    return "ask" if amount.startswith("-") else "bid", price, size


def trade(_, time, amount, price, *more):
    return "sell" if amount.startswith("-") else "buy", price, amount.lstrip("-")


def events(message, state):
    if isinstance(message, dict):
        if message["event"] == "subscribed":
            state[message["chanId"]] = message["channel"], message.get("symbol")
        return
    channel, symbol = state[message[0]]
    content = message[1]
    if channel == "trades" and content == "te":
        yield "trades", symbol, [trade(*message[2])]
    elif channel == "trades" and isinstance(content, list):
        for row in sorted(content, key=lambda row: int(row[0])):
            yield "replayed", symbol, [trade(*row)]
    elif channel == "book" and isinstance(content, list):
        rows = [level(*row) for row in (content if isinstance(content[0], list) else [content])]
        yield "snapshots" if isinstance(content[0], list) else "depth", symbol, sorted(rows, key=lambda row: row[0] == "ask")


folder = "bitfinex"
depths = (25, 100, 250)
