"""A person at the screen: when the server goes away, they look, and try again."""

import time

import requests


def insist(action, done, tries=4):
    """Do something, again where the connection broke and it was not done.

    :param action: without arguments. :param done: tells whether it has happened.
    :return: what ``action`` returned, None when it had happened without an answer.
    """
    for _try in range(tries):
        try:
            return action()
        except requests.ConnectionError:
            time.sleep(1)
            if done():
                return None
    raise AssertionError("the server went away again and again")
