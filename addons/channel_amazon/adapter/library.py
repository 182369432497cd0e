"""The library's classes, bound to our own way of calling.

python-amazon-sp-api is kept behind this module. Of its classes the methods are used:
they know the paths and how each argument is written. How a call is made is replaced as
a whole, because the library's own way

- finds credentials and the marketplace in environment variables and files,
- keeps tokens in one global cache of ten entries, whoever they belong to,
- raises nothing for an answer without ``errors`` (a gateway's page, an empty 429),
- adds marketplaces to queries and bodies that have none,
- waits five seconds at most, and logs headers and answers at level DEBUG.
"""

from functools import cache


class Bound:
    """Mixed in before a class of the library.

    :param send: function (method, path, query, body) that makes the call and gives the
        answer.
    """

    marketplace_id = None  # the library's default; each call names its own

    def __init__(self, send):
        self._send = send

    def _request(self, path, *, data=None, params=None, **_how):
        """What each method of the library ends in.

        :param data: the body; :param params: the query, or the other way round: either
            may hold the HTTP method.
        """
        query, body = dict(params or {}), data
        method = query.pop("method", None)
        if isinstance(body, dict):
            body = dict(body)
            method = method or body.pop("method", None)
            body.pop("path", None)
        query.pop("path", None)
        query = {name: value for name, value in query.items() if value is not None}
        return self._send(method or "GET", path, query, body)


@cache
def bound(api):
    """A class of the library whose calls are made by us."""
    return type(f"Bound{api.__name__}", (Bound, api), {})
