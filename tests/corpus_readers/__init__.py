"""One module per exchange: events(message, state) yields (dataset, symbol, rows) for each event of a frame.

message is the parsed frame, its numbers as text; a frame that is not JSON arrives as text. state is a dict that lives as long as the recording's connection.
rows are (side, price, size) with the wire's digits; a trade's side is the taker's, a book's bids come before its asks. Trades of a frame are in the order of
their ids. Datasets: trades, agg-trades, replayed (trades that the exchange repeats after a subscription), depth, snapshots.

Optional names: folder (of the recordings; default: the exchange's name), skip(name) (True for a recording of a retired, incompatible protocol), unproven (a dict:
a dataset whose events in the recordings are not what the profile subscribes today, and why in one sentence), depths, to which the exchange maintains books;
begins_empty, where the exchange sends no snapshot on the stream, so that the book holds the levels that diffs have touched; checksums(message, books), which
yields (symbol, expected, actual) for the books of a frame.
"""
