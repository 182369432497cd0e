"""Page tokens: a position, bound to the query it was made for."""

import base64
import json

from .errors import invalid

TOKENS = ("paginationToken", "pageToken", "nextToken")


def make(call, position, seconds=86400):
    """Return a token.

    :param position: JSON value to go on after
    :param seconds: it lives (fact sheet: searchOrders 24 h, FBA inventory 30 s)
    """
    expires = call.clock.timestamp() + seconds
    raw = json.dumps([call.operation.name, _query(call), position, expires])
    return base64.urlsafe_b64encode(raw.encode()).decode()


def read(call, token, *, same_query=True):
    """Return the position of a token.

    :raises ApiError: 400, unknown, expired or of another query
    """
    try:
        name, query, position, expires = json.loads(
            base64.urlsafe_b64decode(token.encode())
        )
    except (ValueError, TypeError) as error:
        raise invalid("The page token is invalid.") from error
    if name != call.operation.name or (same_query and query != _query(call)):
        raise invalid("The page token belongs to another request.")
    if expires <= call.clock.timestamp():
        raise invalid("The page token has expired.")
    return position


def _query(call):
    """What must be repeated with a token."""
    return {
        name: values
        for name, values in sorted(call.query.items())
        if name not in TOKENS and not name.startswith("maxResults")
    }
