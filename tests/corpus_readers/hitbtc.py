def events(message, state):
    return []


def skip(name):
    return True  # the retired protocol api/2
