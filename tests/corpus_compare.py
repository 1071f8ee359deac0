"""Imports every recording with two builds of the program and compares what is stored: the rows of each stream, and its whole windows.

    python3 tests/corpus_compare.py OLD/ingester.dll NEW/ingester.dll CORPUS

Rows are compared as a multiset per stream, without the fields that say what is unusual about a row ("time", "type"). Exit code 1 when rows differ;
whole windows that differ are listed, and are for a reader to judge. So are objects whose key or hash of rows differs; coverage is left out, because
what it says about uploads depends on time.
"""
import collections, glob, gzip, hashlib, json, os, re, subprocess, sys, tempfile

EXCHANGES = ["binance", "binance-us", "binance-futures", "coinbase", "kraken"]
KEY = re.compile(r"^(fragments/)?([a-z-]+)/exchange=[^/]+/pair=([^/]+)/year=(\d+)/month=(\d+)/day=(\d+)/(\d{4})-(\d+)m")


def load(program, exchange, path):
    with tempfile.TemporaryDirectory() as root:
        run = subprocess.run(["dotnet", program, "import", exchange, path, "--store", root], capture_output=True, text=True)
        if run.returncode != 0:
            print(f"  {program}: exit code {run.returncode}: {run.stderr.strip()[-300:]}")
        rows, whole = collections.defaultdict(collections.Counter), collections.defaultdict(dict)
        hashes = {}
        for file in glob.glob(os.path.join(root, "**", "*.json.gz"), recursive=True):
            key = os.path.relpath(file, root)
            if not key.startswith("coverage/"):
                hashes[re.sub(r"_import_\d+", "", key)] = hashlib.sha256(gzip.open(file).read()).hexdigest()
            if match := KEY.match(key):
                fragment, dataset, pair, *window = match.groups()
                lines = gzip.open(file, "rt").read().splitlines()
                for line in lines:
                    row = json.loads(line)
                    row.pop("time", None), row.pop("type", None)
                    rows[f"{dataset}/{pair}"][json.dumps(row)] += 1
                if not fragment:
                    whole[f"{dataset}/{pair}"][" ".join(window)] = len(lines)
            elif key.startswith(("gaps/", "quarantine/")):
                rows[key.split("/")[0]]["lines"] += len(gzip.open(file, "rt").read().splitlines())
        return rows, whole, hashes


differ = windows = objects = 0
for exchange in EXCHANGES:
    for path in sorted(glob.glob(os.path.join(sys.argv[3], exchange, "*.ws.*"))):
        name = os.path.basename(path).split(".ws.")[0]
        if "samples" in name or "-v1-" in name:
            continue
        (old, oldWhole, oldHashes), (new, newWhole, newHashes) = load(sys.argv[1], exchange, path), load(sys.argv[2], exchange, path)
        print(f"{exchange}/{name}: {sum(sum(r.values()) for r in new.values())} rows, {sum(map(len, oldWhole.values()))} whole windows before, {sum(map(len, newWhole.values()))} now")
        for stream in sorted(old.keys() | new.keys()):
            lost, added = old[stream] - new[stream], new[stream] - old[stream]
            if lost or added:
                differ += 1
                print(f"  {stream}: {sum(lost.values())} rows are missing, {sum(added.values())} are new: {list(lost)[:1]} {list(added)[:1]}")
        for stream in sorted(oldWhole.keys() | newWhole.keys()):
            for window in sorted(oldWhole[stream].keys() | newWhole[stream].keys()):
                before, now = oldWhole[stream].get(window), newWhole[stream].get(window)
                if before != now:
                    windows += 1
                    print(f"  {stream} {window}: whole with {before} rows before, {now} now")
        for key in sorted(key for key in oldHashes.keys() | newHashes.keys() if oldHashes.get(key) != newHashes.get(key)):
            objects += 1
            print(f"  {key}: {'only before' if key not in newHashes else 'only now' if key not in oldHashes else 'other rows'}")
print(f"{differ} streams with other rows, {windows} windows that differ, {objects} objects that differ")
sys.exit(1 if differ else 0)
