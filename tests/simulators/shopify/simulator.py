"""Everything one process holds: shops, clock, faults, crash points, log, courier, state
file."""

import json
import threading
from contextlib import contextmanager
from pathlib import Path

from ..clock import Clock
from ..crash import CrashPoints
from ..faults import Switchboard
from ..oplog import OperationLog
from .cost import Bucket
from .delivery import Courier
from .state import Shop

DEFAULT_SHOP = "demo"
SAVE_SECONDS = 2.0


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
        self._stop = threading.Event()
        self._file = state_file and Path(state_file)
        self._saved = None
        if self._file:
            self._load()
            threading.Thread(target=self._keep, name="state", daemon=True).start()

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

    def save(self):
        """Write the state file when something changed since the last time."""
        shops = list(self.shops.values())
        versions = [(shop.name, shop.version) for shop in shops]
        if not self._file or versions == self._saved:
            return
        data = '{"shops": [' + ", ".join(shop.dump() for shop in shops) + "]}"
        draft = self._file.with_suffix(".new")
        draft.write_text(data, encoding="utf-8")
        draft.replace(self._file)
        self._saved = versions

    def stop(self):
        """End the background threads and save."""
        self._stop.set()
        self.crashes.clear()
        self.courier.stop()
        self.save()

    def _load(self):
        if not self._file.exists():
            return
        for data in json.loads(self._file.read_text(encoding="utf-8"))["shops"]:
            shop = Shop(
                data["name"], data["ordinal"], self.clock, self.courier.announce
            )
            shop.load(data)
            self.shops[shop.name] = shop

    def _keep(self):
        while not self._stop.wait(SAVE_SECONDS):
            self.save()
