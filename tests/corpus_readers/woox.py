unproven = dict.fromkeys(("trades", "depth"), "There is no recording of WOO X, only sample frames.")


def events(message, state):
    return []
