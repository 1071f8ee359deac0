"""Runs the part of docs/python.md that needs pandas, over an exported day: the CSV files, an object of the store, and the book from its changes.

    /usr/bin/python3 tests/python_page.py STORE EXCHANGE SYMBOL DAY        (Debian: apt-get install python3-pandas)

STORE is a folder with an export of DAY. Parquet files are read as well if pandas has an engine for them (pyarrow). Compares the rows with the standard library's
own reading of the files, and every book with the first row of book_snapshot_5 at its time.
"""
import csv, decimal, glob, gzip, os, re, sys

import pandas as pd

store, exchange, symbol, day = sys.argv[1:]
page = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "python.md")).read()
blocks = re.findall(r"```python\n(.*?)```", page, re.S)


def block(words):
    return next(text for text in blocks if words in text).replace("data/", store + "/")


def csv_file(data_type):
    return f"{store}/export/csv/{exchange}/{data_type}/{day.replace('-', '/')}/{symbol}.csv.gz"


def plain(data_type):
    with gzip.open(csv_file(data_type), "rt", newline="") as file:
        return list(csv.DictReader(file))


# the CSV files
code = block("pd.read_csv")
code = re.sub(r'"[^"]*\.csv\.gz"', repr(csv_file("trades")), code)
names = {"pd": pd}
exec(code, names)
trades, expected = names["trades"], plain("trades")
assert [(row.id, row.side) for row in trades.itertuples()] == [(row["id"], row["side"]) for row in expected], "trades differ"
assert [int(time.value // 1000) for time in trades["timestamp"]] == [int(row["timestamp"]) for row in expected], "times differ"
assert [float(row["price"]) for row in expected] == list(trades["price"]), "prices differ"
print(f"trades: {len(trades)} rows")
for data_type in ("incremental_book_L2", "quotes", "book_snapshot_5", "book_snapshot_25"):
    frame = pd.read_csv(csv_file(data_type))
    assert len(frame) == len(plain(data_type)) and frame["local_timestamp"].is_monotonic_increasing, data_type
    print(f"{data_type}: {len(frame)} rows, columns {', '.join(frame.columns[2:8])}, …")

# a book from its changes: after each message its best levels are those of the latest row of book_snapshot_5
exec(block("def books"), names)
changes = pd.read_csv(csv_file("incremental_book_L2"), dtype={"price": str, "amount": str})
changes["price"], changes["amount"] = changes["price"].map(decimal.Decimal), changes["amount"].map(decimal.Decimal)
tops, number, latest = plain("book_snapshot_5"), 0, None
for message, bids, asks in names["books"](changes):
    while number < len(tops) and int(tops[number]["local_timestamp"]) <= message:
        latest, number = tops[number], number + 1
    for side, levels in (("bids", sorted(bids.items(), reverse=True)), ("asks", sorted(asks.items()))):
        for rank in range(5):
            found = (latest[f"{side}[{rank}].price"], latest[f"{side}[{rank}].amount"])
            level = levels[rank] if rank < len(levels) else None
            assert (level is None and found == ("", "")) or (level and tuple(map(decimal.Decimal, found)) == level), f"{side}[{rank}] at {message}: {found}, {level}"
print(f"books: {changes['local_timestamp'].nunique()} messages, {number} rows of book_snapshot_5")

# an object of the store
minute = sorted(glob.glob(f"{store}/trades/exchange={exchange}/**/*.json.gz", recursive=True))
if minute:
    names = {"pd": pd}
    exec(re.sub(r'"[^"]*\.json\.gz"', repr(minute[0]), block("pd.read_json")), names)
    print(f"{os.path.basename(minute[0])}: {len(names['minute'])} rows")

try:
    import pyarrow
except ImportError:
    print("Parquet: pandas has no engine here")
else:
    parquet = glob.glob(f"{store}/export/parquet/trades/exchange={exchange}/**/*.parquet", recursive=True)
    print(f"Parquet: {sum(len(pd.read_parquet(path)) for path in parquet)} rows")
print("everything holds")
