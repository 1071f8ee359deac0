"""Counts what the recordings hold, independently of the project's decoders: plain json over the raw lines.

    python3 tests/corpus_counts.py CORPUS [EXCHANGE…]

writes tests/Ingester.Tests/Exchanges/fixtures/EXCHANGE/corpus-counts.json: per recording, dataset and symbol the number of events, and the SHA-256 of their
"side|price|size" lines. "notices" are the frames that hold no event. The readers are in tests/corpus_readers.
"""
import collections, glob, gzip, hashlib, importlib, json, os, pkgutil, sys

import corpus_readers


def parse(text):
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        return text


def read(path, events):
    counts, hashes, frames, notices, state = collections.Counter(), collections.defaultdict(hashlib.sha256), 0, 0, {}
    for line in gzip.open(path, "rt") if path.endswith(".gz") else open(path):
        text = line.rstrip("\n").split("\t", 1)[-1] if ".ws.tsv" in path else line.rstrip("\n")
        found = list(events(parse(text), state))
        frames, notices = frames + 1, notices + (not found)
        for dataset, symbol, rows in found:
            counts[f"{dataset}/{symbol}"] += 1
            hashes[f"{dataset}/{symbol}"].update("".join("|".join(row) + "\n" for row in rows).encode())
    return {"frames": frames, "notices": notices, "streams": {s: {"events": counts[s], "sha256": hashes[s].hexdigest()} for s in sorted(counts)}}


fixtures = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Ingester.Tests", "Exchanges", "fixtures")
for module in sorted(found.name for found in pkgutil.iter_modules(corpus_readers.__path__)):
    exchange = module.replace("_", "-")
    if len(sys.argv) > 2 and exchange not in sys.argv[2:]:
        continue
    reader = importlib.import_module(f"corpus_readers.{module}")
    skip = getattr(reader, "skip", lambda name: False)
    result = {}
    for path in sorted(glob.glob(os.path.join(sys.argv[1], getattr(reader, "folder", exchange), "*.ws.*"))):
        name = os.path.basename(path).split(".ws.")[0]
        if "samples" not in name and not skip(name):
            result[name] = read(path, reader.events)
    with open(os.path.join(fixtures, exchange, "corpus-counts.json"), "w", encoding="utf-8") as file:
        json.dump({"folder": getattr(reader, "folder", exchange), "recordings": result}, file, indent=1)
        file.write("\n")
