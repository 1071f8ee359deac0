"""Counts what the recordings hold, independently of the project's decoders: plain json over the raw lines.

    python3 tests/corpus_counts.py CORPUS [EXCHANGE…]

writes tests/Ingester.Tests/Exchanges/fixtures/EXCHANGE/corpus-counts.json: per recording, dataset and symbol the number of events, and the SHA-256 of their
"side|price|size" lines. "notices" are the frames that hold no event. Snapshots also have the number of different ones and the SHA-256 of their sorted
digests: one that is sent twice is one object. "books" are the best levels of each book after its last diff, which begins with a snapshot of the stream, or
empty where the exchange sends none; "checksums" is the number of diffs after which the exchange's own checksum of the book held. The readers are in
tests/corpus_readers.

From the counts of all exchanges it writes src/Ingester.Exchanges/recordings.json, by which `ingester exchanges` says which datasets a recording proves. A test
holds that file to the counts.
"""
import base64, collections, glob, gzip, hashlib, importlib, json, os, pkgutil, sys, zlib

import corpus_books
import corpus_readers


def parse(text):
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        return text


def digest(rows):
    return hashlib.sha256("".join("|".join(row) + "\n" for row in rows).encode())


def inflate(message):
    """The text of a binary message, which may be compressed."""
    try:
        return (gzip.decompress(message) if message[:2] == b"\x1f\x8b" else message).decode()
    except UnicodeDecodeError:
        return zlib.decompress(message, -zlib.MAX_WBITS).decode()


def messages(path):
    """Connection and text of each message, in the raw or in the short form: docs/recordings.md."""
    raw = None
    for line in gzip.open(path, "rt") if path.endswith(".gz") else open(path):
        text = line.rstrip("\n")
        columns = text.split("\t", 3)
        if raw is None:
            raw = len(columns) == 4 and columns[1].isdigit() and len(columns[2]) == 1
        if not raw:
            yield "", text.split("\t", 1)[-1] if ".ws.tsv" in path else text
        elif columns[2] in "tb":
            yield columns[1], columns[3] if columns[2] == "t" else inflate(base64.b64decode(columns[3]))


def read(path, reader):
    events, depths, begins_empty = reader.events, getattr(reader, "depths", ()), getattr(reader, "begins_empty", False)
    counts, hashes, frames, notices, states = collections.Counter(), collections.defaultdict(hashlib.sha256), 0, 0, collections.defaultdict(dict)
    books, different, checksums = {}, collections.defaultdict(set), 0
    for connection, text in messages(path):
        message = parse(text)
        found = list(events(message, states[connection]))
        frames, notices = frames + 1, notices + (not found)
        for dataset, symbol, rows in found:
            counts[f"{dataset}/{symbol}"] += 1
            hashes[f"{dataset}/{symbol}"].update("".join("|".join(row) + "\n" for row in rows).encode())
            if dataset == "snapshots":
                different[f"snapshots/{symbol}"].add(digest(rows).hexdigest())
                books[symbol] = corpus_books.Book(depths)
                books[symbol].snapshot(rows)
            elif dataset == "depth" and (symbol in books or begins_empty):
                books.setdefault(symbol, corpus_books.Book(depths)).diff(rows)
        for symbol, expected, actual in reader.checksums(message, books) if hasattr(reader, "checksums") else ():
            if expected != actual:
                sys.exit(f"{path}, frame {frames}: the checksum of {symbol} is {actual}, the exchange sent {expected}")
            checksums += 1
    streams = {s: {"events": counts[s], "sha256": hashes[s].hexdigest()} for s in sorted(counts)}
    for name, digests in different.items():
        streams[name].update(different=len(digests), set=hashlib.sha256("".join(sorted(digests)).encode()).hexdigest())
    return {"frames": frames, "notices": notices, "checksums": checksums, "streams": streams, "books": {s: books[s].summary() for s in sorted(books)}}


tests = os.path.dirname(os.path.abspath(__file__))
fixtures = os.path.join(tests, "Ingester.Tests", "Exchanges", "fixtures")


def proof(dataset, counts):
    """The line of a dataset in recordings.json; None when no recording holds an event of it."""
    if dataset in counts.get("unproven", {}):
        return {"unproven": counts["unproven"][dataset]}
    events = collections.Counter()
    for name, recording in counts["recordings"].items():
        events[name] += sum(stream["events"] for key, stream in recording["streams"].items() if key.split("/")[0] == dataset)
    names = sorted(name for name in events if events[name])
    if not names:
        return None
    day = names[-1][:8]  # the name begins with the time of the first frame
    return {"proven": f"{day[:4]}-{day[4:6]}-{day[6:]}", "recording": names[-1], "recordings": len(names), "events": sum(events.values())}


def datasets(counts):
    """The datasets that a profile may have: snapshots are one only where the exchange sends no diffs."""
    has_diffs = any(key.startswith("depth/") for recording in counts["recordings"].values() for key in recording["streams"])
    return ("trades", "agg-trades", "depth") if has_diffs else ("trades", "agg-trades", "depth", "snapshots")


def write_proofs():
    exchanges = []
    for exchange in sorted(os.listdir(fixtures)):
        with open(os.path.join(fixtures, exchange, "corpus-counts.json"), encoding="utf-8") as file:
            counts = json.load(file)
        lines = [f"  {json.dumps(dataset)}: {json.dumps(found)}" for dataset in datasets(counts) if (found := proof(dataset, counts))]
        exchanges.append(f" {json.dumps(exchange)}: {{\n" + ",\n".join(lines) + "\n }")
    with open(os.path.join(tests, "..", "src", "Ingester.Exchanges", "recordings.json"), "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(exchanges) + "\n}\n")


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
            result[name] = read(path, reader)
    with open(os.path.join(fixtures, exchange, "corpus-counts.json"), "w", encoding="utf-8") as file:
        unproven = {"unproven": reader.unproven} if hasattr(reader, "unproven") else {}
        json.dump({"folder": getattr(reader, "folder", exchange), **unproven, "recordings": result}, file, indent=1)
        file.write("\n")
write_proofs()
