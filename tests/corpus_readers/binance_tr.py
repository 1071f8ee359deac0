from corpus_readers.binance import begins_empty, events  # noqa: F401
