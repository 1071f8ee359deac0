TAKER = {"BUY": "sell", "SELL": "buy"}  # the side of a trade is the maker's


def events(message, state):
    for event in message.get("events", []):
        if message["channel"] == "market_trades":
            for t in sorted(event["trades"], key=lambda t: int(t["trade_id"])):
                yield "replayed" if event["type"] == "snapshot" else "trades", t["product_id"], [(TAKER[t["side"]], t["price"], t["size"])]
        elif message["channel"] == "l2_data":
            rows = [[(kind, u["price_level"], u["new_quantity"]) for u in event["updates"] if u["side"] == side] for kind, side in (("bid", "bid"), ("ask", "offer"))]
            yield "snapshots" if event["type"] == "snapshot" else "depth", event["product_id"], rows[0] + rows[1]
