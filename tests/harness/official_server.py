"""A second server of the official schema: no state, no rules, any valid answer."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GRAPHQL = re.compile(r"/admin/api/\d{4}-\d\d/graphql\.json")
TOKEN = "/admin/oauth/access_token"


def _handler(maker, lock):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == TOKEN:
                scope = ",".join(sorted(maker.scopes))
                self._send({"access_token": "any", "scope": scope, "expires_in": 86399})
            elif GRAPHQL.fullmatch(self.path):
                request = json.loads(asked)
                with lock:
                    answer = maker.answer(
                        request["query"],
                        request.get("variables"),
                        request.get("operationName"),
                    )
                self._send(answer)
            else:
                self.send_error(404)

        def _send(self, body):
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_arguments):
            """Stay silent."""

    return Handler


@contextmanager
def serving(maker):
    """Serve the answers of an `AnswerMaker` on a free port of the loopback interface.

    :return: the origin, e.g. ``http://127.0.0.1:40000``.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(maker, threading.Lock()))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
