unproven = dict.fromkeys(("trades", "snapshots"), "The recording of 2021 speaks Bithumb's API 1.0, which has another endpoint and other messages.")


def skip(name):
    return True


def events(message, state):
    return []
