"""Everything one process holds: shops, clock, faults, crash points, log, courier, state
file."""

import threading
from contextlib import contextmanager

from ..bucket import Bucket
from ..clock import Clock
from ..crash import CrashPoints
from ..faults import Switchboard
from ..oplog import OperationLog
from ..state_file import StateFile
from .delivery import Courier
from .state import Shop

DEFAULT_SHOP = "demo"


class Simulator:
    """A set of simulated shops.

    :param state_file: path of a JSON file that keeps shops over restarts, or None
    """

    def __init__(self, state_file=None):
        self.clock = Clock()
        self.faults, self.crashes, self.log = (
            Switchboard(),
            CrashPoints(),
            OperationLog(),
        )
        self.courier = Courier(self.clock)
        self.shops, self.latency, self.inflight = {}, {}, set()
        self._lock = threading.Lock()
        self._file = StateFile(state_file, lambda: self.shops.values(), "shops")
        self._load()
        self._file.keep()

    def create_shop(self, name=DEFAULT_SHOP, *, settings=None, app=None):
        """Create a shop with one app.

        :param settings: overrides of `state.DEFAULT_SETTINGS`
        :param app: {client_id, client_secret, scopes, static_token}, all optional
        """
        app = app or {}
        with self._lock:
            if name in self.shops:
                raise ValueError(f"shop {name!r} exists")
            shop = Shop(
                name, len(self.shops), self.clock, self.courier.announce, settings
            )
            shop.add_app(
                app.get("client_id", f"client-{name}"),
                app.get("client_secret", f"secret-{name}"),
                **{key: app[key] for key in ("scopes", "static_token") if key in app},
            )
            self.shops[name] = shop
        return shop

    def bucket(self, shop, app):
        """Return the leaky bucket of an app in a shop."""
        with self._lock:
            key = app["client_id"]
            return shop.buckets.setdefault(key, Bucket(self.clock, shop.settings))

    @contextmanager
    def running(self, shop, key):
        """Mark an idempotency key as being worked on; yield whether this call is the
        first.

        :param key: stored form of the key, or None
        """
        mark = (shop.name, key)
        with self._lock:
            is_first = key is None or mark not in self.inflight
            if key is not None and is_first:
                self.inflight.add(mark)
        try:
            yield is_first
        finally:
            if key is not None and is_first:
                with self._lock:
                    self.inflight.discard(mark)

    def reset(self):
        """Forget all shops, faults, crash points, counters and the moved clock."""
        self.crashes.clear()
        self.faults.clear()
        self.courier.configure()
        with self._lock:
            self.shops, self.latency, self.inflight = {}, {}, set()
        self.courier.attempts.clear()
        self.log.reset()
        self.clock.reset()

    def stop(self):
        """End the background threads and save."""
        self.crashes.clear()
        self.courier.stop()
        self._file.stop()

    def _load(self):
        for data in self._file.load():
            shop = Shop(
                data["name"], data["ordinal"], self.clock, self.courier.announce
            )
            shop.load(data)
            self.shops[shop.name] = shop
