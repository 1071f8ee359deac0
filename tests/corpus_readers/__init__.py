"""One module per exchange: events(message, state) yields (dataset, symbol, rows) for each event of a frame.

message is the parsed frame, its numbers as text; a frame that is not JSON arrives as text. state is a dict that lives as long as the recording's connection.
rows are (side, price, size) with the wire's digits; a trade's side is the taker's, a book's bids come before its asks. Trades of a frame are in the order of
their ids. Datasets: trades, agg-trades, replayed (trades that the exchange repeats after a subscription), depth, snapshots.

A module may also have: depths, to which the exchange maintains books; begins_empty, where the exchange sends no snapshot on the stream, so that the book holds the
levels that diffs have touched; checksums(message, books), which yields (symbol, expected, actual) for the books of a frame.
"""
