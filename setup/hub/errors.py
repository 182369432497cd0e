"""The one error that set-up shows to the person at the terminal."""


class SetupError(Exception):
    """Something that the reader can act on: the message says what happened and what to
    do.
    """
