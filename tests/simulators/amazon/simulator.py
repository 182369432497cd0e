"""Everything one process holds: sellers, tokens, clock, faults, crash points, log."""

import threading

from ..bucket import Bucket
from ..clock import Clock
from ..crash import CrashPoints
from ..faults import Switchboard
from ..oplog import OperationLog
from ..state_file import StateFile
from . import feeds, listing_write, mcf_state, reports
from .contract import Violations
from .courier import Courier
from .spoil import MENU
from .state import Seller
from .tokens import Tokens

DEFAULT_SELLER = "demo"
GO_ON_SECONDS = 0.5


class Simulator:
    """A set of simulated seller accounts.

    :param state_file: path of a JSON file that keeps them over restarts, or None
    :param sandbox: answer the models' static examples instead of keeping state
    """

    def __init__(self, state_file=None, *, sandbox=False):
        self.clock = Clock()
        self.faults, self.crashes = Switchboard(MENU), CrashPoints()
        self.log, self.violations = OperationLog(), Violations()
        self.tokens, self.courier = Tokens(self.clock), Courier(self.clock)
        self.sellers, self.latency, self.sandbox = {}, {}, sandbox
        self._lock = threading.Lock()
        self._file = StateFile(state_file, lambda: self.sellers.values(), "sellers")
        for data in self._file.load():
            seller = Seller(
                data["name"], data["ordinal"], self.clock, self.courier.announce
            )
            seller.load(data)
            self.sellers[seller.name] = seller
        self._file.keep()
        self._stopped = threading.Event()
        threading.Thread(target=self._live, name="amazon", daemon=True).start()

    def _live(self):
        while not self._stopped.wait(GO_ON_SECONDS):
            self.go_on()

    def go_on(self):
        """Let everything happen whose time has come, and be told, without a call."""
        for seller in list(self.sellers.values()):
            with seller.lock:
                listing_write.settle(seller)
                feeds.settle(self, seller)
                reports.settle(seller)
                mcf_state.settle(seller)

    def create_seller(
        self, name=DEFAULT_SELLER, *, marketplaces=("DE",), settings=None, **app
    ):
        """Create a seller account with one app.

        :param marketplaces: codes that it has joined
        :param settings: overrides of `state.DEFAULT_SETTINGS`
        :param app: client_id, client_secret, application_id
        """
        with self._lock:
            if name in self.sellers:
                raise ValueError(f"seller {name!r} exists")
            seller = Seller(
                name,
                len(self.sellers),
                self.clock,
                self.courier.announce,
                marketplaces,
                **app,
            )
            seller.settings.update(settings or {})
            self.sellers[name] = seller
        return seller

    def app_seller(self, client_id, client_secret):
        """Return the seller whose app this is, or None."""
        return next(
            (
                one
                for one in self.sellers.values()
                if one.app["client_id"] == client_id
                and one.app["client_secret"] == client_secret
                and not one.settings["secret_expired"]
            ),
            None,
        )

    def take(self, seller, operation):
        """Return whether the bucket of an operation had a request left (fact sheet,
        section 5)."""
        if not seller.settings["enforce_rates"]:
            return True
        factor = seller.settings["rate_factor"]
        limits = {
            "bucket_size": operation.burst,
            "restore_rate": operation.rate * factor,
        }
        with self._lock:
            bucket = seller.buckets.setdefault(
                operation.name + operation.path, Bucket(self.clock, limits)
            )
        bucket.settings = limits
        return bucket.take(1)

    def reset(self):
        """Forget all sellers, faults, crash points, counters and the moved clock."""
        self.crashes.clear()
        self.faults.clear()
        self.courier.reset()
        self.tokens.reset()
        with self._lock:
            self.sellers, self.latency = {}, {}
        self.log.reset()
        self.violations.reset()
        self.clock.reset()

    def stop(self):
        """End the background threads and save."""
        self._stopped.set()
        self.crashes.clear()
        self.courier.stop()
        self._file.stop()
