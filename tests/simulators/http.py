"""Answers of the server, good and bad."""

import json
import socket
import struct

from werkzeug.wrappers import Response

HTML = (
    "<!DOCTYPE html><html><head><title>{0}</title></head>"
    "<body><h1>{0}</h1><p>Sorry, something went wrong.</p></body></html>"
)


def json_answer(data, status=200, **headers):
    """Return a JSON response."""
    made = Response(
        json.dumps(data, ensure_ascii=False),
        status=status,
        content_type="application/json; charset=utf-8",
    )
    made.headers.extend(headers)
    return made


def html_answer(title, status=200, **headers):
    """Return an HTML page as proxies and load balancers send them."""
    made = Response(
        HTML.format(title), status=status, content_type="text/html; charset=utf-8"
    )
    made.headers.extend(headers)
    return made


class Dropped(Response):
    """No answer at all: the connection is closed before a byte is sent."""

    def __call__(self, environ, start_response):
        connection = environ["werkzeug.socket"]
        connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionError("dropped on purpose")
