unproven = dict.fromkeys(("trades", "depth"), "The recordings of 2021 and 2026 are of the archived API v2; the WebSocket API of 2025 is subscribed.")


def events(message, state):
    return []


def skip(name):
    return name.endswith("-l2")  # the archived protocol v2
