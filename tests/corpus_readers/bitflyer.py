depths = (300,)


def events(message, state):
    channel, content = message["params"]["channel"].removeprefix("lightning_"), message["params"]["message"]
    kind, _, symbol = channel.partition("_")
    if kind == "executions":
        for t in content:
            yield "trades", symbol, [(t["side"].lower(), t["price"], t["size"])]
    elif kind == "board":
        rows = [("bid", x["price"], x["size"]) for x in content["bids"]] + [("ask", x["price"], x["size"]) for x in content["asks"]]
        repeated = symbol.startswith("snapshot_") and symbol in state  # only the first one is an event
        state[symbol] = True
        if symbol.startswith("snapshot_") and not repeated:
            yield "snapshots", symbol.removeprefix("snapshot_"), rows
        elif not symbol.startswith("snapshot_"):
            yield "depth", symbol, rows
