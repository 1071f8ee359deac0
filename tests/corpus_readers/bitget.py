unproven = dict.fromkeys(("trades", "depth"), "The recordings of 2022 are of the retired API v1; v3 is subscribed.")


def events(message, state):
    return []


def skip(name):
    return True  # the retired protocol v1
