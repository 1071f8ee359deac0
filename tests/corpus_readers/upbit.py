def events(message, state):
    kind, symbol = message["ty"], message["cd"]
    if kind == "trade" and message["st"] != "SNAPSHOT":
        yield "trades", symbol, [("sell" if message["ab"] == "ASK" else "buy", message["tp"], message["tv"])]
    elif kind == "orderbook":
        yield "snapshots", symbol, [
            (side, level[key + "p"], level[key + "s"])
            for side, key in (("bid", "b"), ("ask", "a"))
            for level in message["obu"]
            if float(level[key + "p"])  # 0 where this side has fewer levels
        ]
