def events(message, state):
    data = message.get("data")
    if message["channel"] == "trades" and data:
        coin = data[-1]["coin"]
        repeated = coin not in state and len({t["time"] for t in data}) > 1  # new trades are of one block and share its time
        state[coin] = True
        for t in [] if repeated else data:
            yield "trades", t["coin"], [("sell" if t["side"] == "A" else "buy", t["px"], t["sz"])]
    elif message["channel"] == "l2Book":
        bids, asks = data["levels"]
        yield "snapshots", data["coin"], [("bid", x["px"], x["sz"]) for x in bids] + [("ask", x["px"], x["sz"]) for x in asks]
    elif message["channel"] == "subscriptionResponse" and data["subscription"]["type"] == "trades":
        state.pop(data["subscription"]["coin"], None)
