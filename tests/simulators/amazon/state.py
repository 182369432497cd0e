"""What a simulated seller account knows: tables of plain records, settings, app."""

import hashlib
import json
import threading

from .marketplaces import BY_ID, find

REGIONS = ("EU", "NA", "FE")
DEFAULT_SETTINGS = {
    # roles that the app was granted (fact sheet, section 2); without `delivery` no
    # addresses, without `tax` no names and tax numbers, without `orders` 403
    "roles": ["orders", "delivery", "tax", "listings", "finance"],
    "enforce_rates": True,
    "rate_factor": 1.0,  # above 1: faster than the plan
    "token_seconds": 3600,
    "strict_grantless": True,  # a seller's token is refused where the model says so
    "secret_expired": False,  # 180 days are over (section 2)
    "search_lag": 0,  # seconds until a changed order is found by searchOrders
    "get_lag": 0,  # seconds until a new order is found by getOrder (section 6)
    "mcf_orders": False,  # orders of other channels are found as S01-... (section 4)
    "empty_pages": False,  # an empty page with a token comes before the full one
    "pending_prices": True,  # PENDING orders carry prices (section 4)
    "discount_sign": -1,  # or 1: whether DISCOUNT breakdowns are written negative
    "decimals": False,  # JPY with ".00" (section 4)
    # seconds that times of orders lie in the past, for tests that cannot wait until
    # searchOrders may show the last two minutes
    "order_shift": 0,
    "milliseconds": False,  # timestamps of orders (section 4)
    "listing_seconds": 0,  # until an accepted change is live
    "feed_seconds": 0,  # until a feed is processed
    "report_seconds": 0,
    # until an order of another channel goes a step on (New ... Processing, shipped);
    # None: only by the control API
    "mcf_seconds": None,
    "mcf_cancel": "accepted",  # refused, or "unsure": 200, and it goes on
    "report_encoding": None,  # Cp1252, UTF-8, Windows-31J; None = the marketplace's
    "short_rows": True,  # reports leave empty cells at the end of a row out
    "empty_report": "cancelled",  # or "empty": a header alone
    "japanese_headers": False,
    "compress": True,  # results of feeds and reports are gzipped
    "document_seconds": 300,  # life of a pre-signed URL (section 4)
    "check_answers": True,  # answers are held against the model; off for benchmarks
    "check_requests": True,  # requests that break the model are refused
    "habits": ["extensions"],  # see habits.py
    # HTTP endpoint behind an API destination of EventBridge, its secret; whether the
    # body is EventBridge's event around the notification
    "notification_url": "",
    "notification_header": "X-Channel-Secret",
    "notification_secret": "",
    "notification_event": False,
}


class Seller:
    """One seller account and the app that it authorised.

    :param name: for the control API
    :param ordinal: number among the sellers, makes its ids its own
    :param clock: `Clock`
    :param marketplaces: codes, joined
    :param announce: (seller, notification type, payload, ...) sends notifications
    """

    _KEPT = (
        "name",
        "ordinal",
        "joined",
        "settings",
        "tables",
        "app",
        "refresh_tokens",
        "last_id",
    )

    def __init__(self, name, ordinal, clock, announce, marketplaces=("DE",), **app):
        self.name, self.ordinal, self.clock = name, ordinal, clock
        self.announce = announce
        self.joined = [find(code).id for code in marketplaces]
        self.settings = dict(DEFAULT_SETTINGS)
        self.tables, self.version, self.last_id = {}, 0, 0
        self.lock = threading.RLock()
        self.buckets = {}
        self.app = {
            "client_id": f"amzn1.application-oa2-client.{name}",
            "client_secret": f"amzn1.oa2-cs.v1.{name}",
            "application_id": f"amzn1.sp.solution.{name}",
            **app,
        }
        # refresh token -> region, None = all that the seller has joined
        self.refresh_tokens = {f"Atzr|{name}": None} | {
            f"Atzr|{name}|{region}": region for region in REGIONS
        }

    @property
    def id(self):
        """The merchant token, e.g. `A1X2Y3...`."""
        digest = hashlib.sha256(f"{self.ordinal}:{self.name}".encode()).hexdigest()
        return f"A{digest[:13].upper()}"

    def reach(self, region):
        """Return the joined marketplace ids of a region; None = all."""
        return [one for one in self.joined if region in (None, BY_ID[one].region)]

    def table(self, name):
        """Return a table {id: record}, in order of creation."""
        return self.tables.setdefault(name, {})

    def next_id(self):
        """Return a number that is unique in this account."""
        self.last_id += 1
        return self.last_id

    def touch(self):
        """Mark the state changed."""
        self.version += 1

    def dump(self):
        """Return everything that survives a restart, as JSON text."""
        with self.lock:
            return json.dumps({key: getattr(self, key) for key in self._KEPT})

    def load(self, data):
        """Take over what `dump` gave."""
        for key in self._KEPT:
            setattr(self, key, data[key])
        self.settings = {**DEFAULT_SETTINGS, **self.settings}
