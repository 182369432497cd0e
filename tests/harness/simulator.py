"""The Shopify simulator as a process of its own, and its switches."""

from contextlib import contextmanager

import requests

from hub import paths
from hub.process import Process, free_port, wait_until


class Simulator:
    """Client of a running simulator's control API (tests/simulators/README.md).

    :param url: its origin.
    """

    def __init__(self, url):
        self.url = url
        self._session = requests.Session()

    def get(self, path, **parameters):
        """What a control route answers."""
        return self._answer("GET", path, params=parameters)

    def post(self, path, body=None):
        """Change something.

        :param body: JSON-able; an object's keys are the route's arguments.
        """
        return self._answer("POST", path, json={} if body is None else body)

    def shop(self, name):
        """The origin under which one shop is served."""
        return f"{self.url}/shops/{name}"

    def create_shop(self, name, **spec):
        """Make a shop; its app and its locations are in the answer."""
        return self.post("shops", {"name": name, **spec})

    def place(self, shop, specs):
        """Place orders; answers their ids and names."""
        return self.post(f"shops/{shop}/orders", specs)["orders"]

    def calls(self):
        """Number of calls by root field, since the last reset of the log."""
        return self.get("log", last=1)["counts"]

    def delivering(self):
        """Whether webhooks wait or are under way."""
        return self.get("status")["deliveries_pending"] > 0

    def _answer(self, method, path, **arguments):
        url = f"{self.url}/_sim/{path}"
        answer = self._session.request(method, url, timeout=120, **arguments)
        body = answer.json()
        if not answer.ok:
            raise ValueError(f"{method} {path}: {body['error']}")
        return body


@contextmanager
def running(name="shopify"):
    """A simulator on a free port for the length of this block.

    :param name: of its log file.
    """
    port = free_port()
    log = paths.LOGS / f"simulator-{name}.log"
    log.unlink(missing_ok=True)
    command = [
        "env",
        "-C",
        paths.ROOT,
        paths.python(),
        "-m",
        "tests.simulators.shopify",
    ]
    process = Process([*command, "--port", port], log=log)
    process.start()
    simulator = Simulator(f"http://127.0.0.1:{port}")
    try:
        if not wait_until(lambda: _answers(simulator), seconds=20):
            raise RuntimeError(f"the simulator did not start; see {log}")
        yield simulator
    finally:
        process.stop(3)


def _answers(simulator):
    try:
        return simulator.get("status") is not None
    except requests.ConnectionError:
        return False
