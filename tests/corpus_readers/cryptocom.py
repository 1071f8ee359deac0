unproven = dict.fromkeys(("trades", "depth"), "The recording of 2021 is of the retired v2/market; v1 is subscribed.")


def events(message, state):
    return []


def skip(name):
    return True  # the retired protocol v2
