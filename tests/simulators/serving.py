"""The threaded server around a simulator's application."""

import threading

from werkzeug.serving import WSGIRequestHandler, make_server


class Handler(WSGIRequestHandler):
    """Keep connections open, as marketplaces do, and keep quiet."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code="-", size="-"):
        pass


class Server:
    """A simulator on a loopback port.

    :param simulator: what is served; its `stop` is called at the end
    :param application: WSGI application over it
    :param port: 0 = any free one
    """

    def __init__(self, simulator, application, host="127.0.0.1", port=0):
        self.simulator = simulator
        self._server = make_server(
            host, port, application, threaded=True, request_handler=Handler
        )
        self._server.daemon_threads = True
        self.url = f"http://{host}:{self._server.port}"

    def start(self):
        """Serve in a background thread and return self."""
        threading.Thread(
            target=self._server.serve_forever, name="simulator", daemon=True
        ).start()
        return self

    def serve(self):
        """Serve until stopped."""
        self._server.serve_forever()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self.simulator.stop()
