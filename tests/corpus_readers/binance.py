KINDS = {"trade": "trades", "aggTrade": "agg-trades", "depthUpdate": "depth"}


def events(message, state):
    d = message.get("data", message)
    kind = KINDS.get(d.get("e") if isinstance(d, dict) else None)
    if kind == "depth":
        yield kind, d["s"], [("bid", *x[:2]) for x in d["b"]] + [("ask", *x[:2]) for x in d["a"]]
    elif kind:
        yield kind, d["s"], [("sell" if d["m"] else "buy", d["p"], d["q"])]


begins_empty = True
