"""Counts what the recordings hold, independently of the project's decoders: plain json over the raw lines.

    python3 tests/corpus_counts.py CORPUS > tests/Ingester.Tests/Exchanges/corpus-counts.json

Per recording, dataset and symbol: how many events, and the SHA-256 of their "side|price|size" lines with the wire's own digits
(a trade's side is the aggressor's; a book's bids come before its asks). "notices" are the frames that hold no event.
"""
import collections, glob, gzip, hashlib, json, os, sys


def binance(m):
    d = m.get("data", m)
    kind = {"trade": "trades", "aggTrade": "agg-trades", "depthUpdate": "depth"}.get(d.get("e") if isinstance(d, dict) else None)
    if kind == "depth":
        yield kind, d["s"], [("bid", *x[:2]) for x in d["b"]] + [("ask", *x[:2]) for x in d["a"]]
    elif kind:
        yield kind, d["s"], [("sell" if d["m"] else "buy", d["p"], d["q"])]


def coinbase(m):
    kind = m["type"]
    if kind in ("match", "last_match"):
        dataset = "trades" if kind == "match" else "replayed"
        yield dataset, m["product_id"], [("buy" if m["side"] == "sell" else "sell", m["price"], m["size"])]
    elif kind == "snapshot":
        yield "snapshots", m["product_id"], [("bid", *x) for x in m["bids"]] + [("ask", *x) for x in m["asks"]]
    elif kind == "l2update":
        rows = [("bid" if side == "buy" else "ask", price, size) for side, price, size in m["changes"]]
        yield "depth", m["product_id"], sorted(rows, key=lambda row: row[0], reverse=True)


def kraken(m):
    replayed = m.get("type") == "snapshot"
    if m.get("channel") == "trade":
        for t in sorted(m["data"], key=lambda t: int(t["trade_id"])):
            yield "replayed" if replayed else "trades", t["symbol"], [(t["side"], t["price"], t["qty"])]
    elif m.get("channel") == "book":
        for b in m["data"]:
            rows = [("bid", x["price"], x["qty"]) for x in b["bids"]] + [("ask", x["price"], x["qty"]) for x in b["asks"]]
            yield "snapshots" if replayed else "depth", b["symbol"], rows


def read(path, events):
    counts, hashes, frames, notices = collections.Counter(), collections.defaultdict(hashlib.sha256), 0, 0
    for line in gzip.open(path, "rt") if path.endswith(".gz") else open(path):
        text = line.rstrip("\n").split("\t", 1)[-1] if ".ws.tsv" in path else line
        found = list(events(json.loads(text, parse_float=str, parse_int=str)))
        frames, notices = frames + 1, notices + (not found)
        for dataset, symbol, rows in found:
            counts[f"{dataset}/{symbol}"] += 1
            hashes[f"{dataset}/{symbol}"].update("".join("|".join(row) + "\n" for row in rows).encode())
    return {"frames": frames, "notices": notices, "streams": {s: {"events": counts[s], "sha256": hashes[s].hexdigest()} for s in sorted(counts)}}


readers = {"binance": binance, "binance-us": binance, "binance-futures": binance, "coinbase": coinbase, "kraken": kraken}
result = {}
for exchange, events in readers.items():
    for path in sorted(glob.glob(os.path.join(sys.argv[1], exchange, "*.ws.*"))):
        name = os.path.basename(path).split(".ws.")[0]
        if "samples" not in name and "-v1-" not in name:
            result[f"{exchange}/{name}"] = read(path, events)
print(json.dumps(result, indent=1))
