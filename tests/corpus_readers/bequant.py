def events(message, state):
    return []
