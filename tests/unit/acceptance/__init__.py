"""The client's list against the program: every rule that happens on a call is shown, word for word, by what really happens on a line."""
