from corpus_readers.binance import events  # noqa: F401
