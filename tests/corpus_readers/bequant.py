unproven = dict.fromkeys(("trades", "depth"), "There is no recording of Bequant's API v3.")


def events(message, state):
    return []
