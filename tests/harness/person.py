"""A person at the screen: when the server goes away, they look, and try again."""

import time

import requests

from hub.server import RpcError

from .cut_off import CUT_OFF


def insist(action, done=lambda: False, tries=6):
    """Do something, again where a connection broke and it was not done.

    :param action: without arguments. :param done: tells whether it has happened;
        by default what may be done twice is done again.
    :return: what ``action`` returned, None when it had happened without an answer.
    """
    for _try in range(tries):
        try:
            return action()
        except (requests.ConnectionError, RpcError) as error:
            if isinstance(error, RpcError) and error.name not in CUT_OFF:
                raise
            time.sleep(1)
            if done():
                return None
    raise AssertionError("the server went away again and again")


def call(hub, *args, **kwargs):
    """``hub.call`` of what may be done twice."""
    return insist(lambda: hub.call(*args, **kwargs))
