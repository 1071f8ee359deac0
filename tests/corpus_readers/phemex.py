depths = (30,)
FIRST = -1


def scaled(digits):
    digits = digits.zfill(9)
    return f"{digits[:-8]}.{digits[-8:]}"


def events(message, state):
    if "result" in message:
        state["responses"] = state.get("responses", 1) + (message["error"] is None and message["result"] != "pong")
        return
    symbol = message["symbol"]
    if not symbol.startswith("s"):
        return  # a contract
    if "trades" in message:
        if message["type"] == "incremental":
            for _, side, price, size in reversed(message["trades"]):
                yield "trades", symbol, [(side.lower(), scaled(price), scaled(size))]
        return
    rows = [(side[:-1], scaled(x[0]), scaled(x[1])) for side in ("bids", "asks") for x in message["book"][side]]
    if message["type"] == "incremental":
        yield "depth", symbol, rows
        return
    responses, seen = state.get("responses", 1), state.get(symbol)
    state[symbol] = FIRST if seen is None else responses
    if seen is None or seen not in (FIRST, responses):  # the exchange repeats each snapshot
        yield "snapshots", symbol, rows
