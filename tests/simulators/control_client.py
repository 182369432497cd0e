"""Talk to a simulator's control API from tests, set-up and benchmarks."""

import time

import requests


class ControlError(Exception):
    """The control API refused; the message says why."""


class ControlClient:
    """Thin client of `/_sim`.

    :param url: address of the simulator, e.g. `http://127.0.0.1:8070`
    """

    def __init__(self, url):
        self.url = url.rstrip("/")
        self._http = requests.Session()
        self._http.trust_env = False

    def call(self, method, path, body=None, **query):
        """Return the JSON answer of a control route.

        :raises ControlError: 4xx
        """
        answer = self._http.request(
            method, f"{self.url}/_sim/{path}", json=body, params=query, timeout=(5, 300)
        )
        data = answer.json()
        if answer.status_code >= 400:
            raise ControlError(data["error"])
        return data

    def get(self, path, **query):
        return self.call("GET", path, **query)

    def post(self, path, body=None, **fields):
        return self.call("POST", path, fields if body is None else body)

    def create_shop(self, name, **options):
        """Create a shop; see `actions.create_shop`."""
        return self.post("shops", name=name, **options)

    def place(self, shop, *specs):
        """Place orders; return [{id, name}]."""
        return self.post(f"shops/{shop}/orders", list(specs))["orders"]

    def order(self, shop, name, action, **options):
        """Do something to an order, e.g. `order("demo", "#1001", "cancel")`."""
        return self.post(
            f"shops/{shop}/orders/{name.replace('#', '%23')}/{action}", options
        )

    def state(self, shop):
        """Return the compact state of a shop."""
        return self.get(f"shops/{shop}")

    def stock(self, shop):
        """Return {sku: {location: {available, committed, on_hand}}}."""
        return self.get(f"shops/{shop}/stock")["stock"]

    def fault(self, **settings):
        """Switch on a fault, or `mix=rate`."""
        return self.post("faults", settings)

    def arm(self, operation, point, **settings):
        """Arm a crash point; return its number."""
        return self.post("crash", operation=operation, point=point, **settings)["id"]

    def wait_crash(self, number, seconds=30):
        """Return the crash point after waiting until it was reached."""
        return self.get(f"crash/{number}", wait=seconds)

    def wait_delivered(self, seconds=60):
        """Wait until no webhook is queued or under way; return whether that happened in
        time."""
        end = time.monotonic() + seconds
        while self.get("status")["deliveries_pending"]:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True
