"""A webhook receiver for tests."""

import threading
from contextlib import contextmanager

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


class Inbox:
    """What arrived: `calls` = [(headers, raw body)]; `status` is answered."""

    def __init__(self):
        self.calls, self.status, self.url = [], 200, ""

    def __call__(self, environ, start_response):
        request = Request(environ)
        self.calls.append((request.headers, request.get_data()))
        return Response(status=self.status)(environ, start_response)


@contextmanager
def receiving():
    """Yield an `Inbox` that listens at its `url`."""
    box = Inbox()
    server = make_server("127.0.0.1", 0, box, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    box.url = f"http://127.0.0.1:{server.port}/hook"
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
