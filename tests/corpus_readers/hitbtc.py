unproven = dict.fromkeys(("trades", "depth"), "The recordings of 2021 are of the retired api/2; v3 is subscribed.")


def events(message, state):
    return []


def skip(name):
    return True  # the retired protocol api/2
