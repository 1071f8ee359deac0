from corpus_readers.bybit import depths, events, folder  # noqa: F401


def skip(name):
    return "linear" not in name
