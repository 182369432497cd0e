"""What a simulated shop knows: tables of nodes by gid, settings, apps, tokens."""

import copy
import json
import secrets
import threading

DEFAULT_SCOPES = " ".join(
    (
        "read_all_orders read_companies read_customers read_locations",
        "read_payment_terms",
        "write_assigned_fulfillment_orders write_fulfillments write_inventory",
        "write_merchant_managed_fulfillment_orders write_orders write_products",
        "write_third_party_fulfillment_orders write_publications write_translations",
        "read_locales write_returns",
    )
)
DEFAULT_SETTINGS = {
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "taxes_included": True,
    "tax_shipping": True,
    "presentment_currencies": ["EUR", "USD", "GBP", "JPY", "KWD"],
    "habits": ["reorder", "nulls", "extensions"],  # see habits.py
    # False: names, e-mail and addresses are null (fact sheet, section 2)
    "protected_data": True,
    # or "same": the rest of a partial fulfilment stays on the old fulfillment order
    "fo_after_partial": "new",
    "token_seconds": 86399,  # life of a client-credentials token (section 2)
    "bucket_size": 2000,  # Standard plan (section 3)
    "restore_rate": 100,  # points a second
    # how every call is answered: 402, 403, 423, 430, 540 or SHOP_INACTIVE
    "refuses": None,
    "installed": True,  # False: the app was uninstalled
    "search_lag": 0,  # seconds until a changed order is found by a search
    "locales": ["en", "de", "fr"],  # the first one is the shop's own
    "bulk_seconds": 0.2,
    "bulk_fault": None,  # "failed" or "stuck", see bulk.py
    "job_seconds": 0.1,
    "slow_refunds": [],  # gateways whose refunds stay PENDING until `finish_refunds`
    "webhook_retry_seconds": 0.5,  # first pause; real: 8 retries over 4 hours
    "webhook_https_only": True,  # loopback addresses are always allowed
}


def kind(gid):
    """Return the type of a gid: `gid://shopify/Order/1` -> `Order`."""
    return gid.split("/")[3]


def digits(gid):
    """Return the legacy id of a gid as text."""
    return gid.split("/")[4].split("?")[0]


class Shop:
    """One simulated shop. All changes happen under `lock`.

    :param name: label; the domain is `<name>.myshopify.com`
    :param ordinal: makes ids unique over all shops, as they are at Shopify
    :param clock: `Clock` of the simulator
    :param on_event: called as (shop, topic, payload key facts) when something happened
        that has a webhook topic
    """

    def __init__(self, name, ordinal, clock, on_event, settings=None):
        self.name, self.ordinal, self.clock, self.on_event = (
            name,
            ordinal,
            clock,
            on_event,
        )
        self.domain = f"{name}.myshopify.com"
        self.settings = {**copy.deepcopy(DEFAULT_SETTINGS), **(settings or {})}
        self.lock = threading.RLock()
        self.tables = {}
        self.apps = {}
        self.tokens = {}
        self.replies = {}
        self.buckets = {}
        self.last_id = 6_000_000_000_000 + ordinal * 10_000_000_000
        self.last_order = 1000
        self.version = 0

    def add_app(
        self, client_id, client_secret, scopes=DEFAULT_SCOPES, static_token=None
    ):
        """Install an app.

        :param scopes: space separated access scopes
        :param static_token: `shpat_...` of a legacy custom app; never expires
        """
        self.apps[client_id] = {
            "client_id": client_id,
            "client_secret": client_secret,
            "scopes": sorted(scopes.replace(",", " ").split()),
        }
        if static_token:
            self.tokens[static_token] = {"client_id": client_id, "expires": None}

    def issue_token(self, client_id):
        """Return a new client-credentials token of the app; it ends after the setting
        `token_seconds`."""
        token = f"shpat_{secrets.token_hex(16)}"
        expires = self.clock.timestamp() + self.settings["token_seconds"]
        self.tokens[token] = {"client_id": client_id, "expires": expires}
        self.touch()
        return token

    def app_of(self, token):
        """Return the app whose valid token this is, or None."""
        known = self.tokens.get(token)
        if not known or (
            known["expires"] is not None and known["expires"] <= self.clock.timestamp()
        ):
            return None
        return self.apps.get(known["client_id"])

    def next_id(self):
        self.last_id += 1
        return self.last_id

    def add(self, typename, node):
        """Store a node under a new gid and return it; `id`, `legacyResourceId` and
        timestamps are filled in."""
        number = self.next_id()
        now = self.clock.iso()
        node = {
            "id": f"gid://shopify/{typename}/{number}",
            "legacyResourceId": str(number),
            "createdAt": now,
            "updatedAt": now,
            **node,
        }
        return self.put(typename, node)

    def put(self, typename, node):
        """Store a node that has its gid."""
        self.tables.setdefault(typename, {})[node["id"]] = node
        self.touch()
        return node

    def get(self, gid):
        """Return the node of a gid, or None."""
        if not isinstance(gid, str) or not gid.startswith("gid://shopify/"):
            return None
        return self.tables.get(kind(gid), {}).get(gid)

    def all(self, typename):
        """Return the nodes of a type in order of creation."""
        return list(self.tables.get(typename, {}).values())

    def remove(self, gid):
        self.tables[kind(gid)].pop(gid)
        self.touch()

    def touch(self, node=None):
        """Mark the state changed, and the node too when one is given."""
        self.version += 1
        if node is not None:
            node["updatedAt"] = self.clock.iso()

    def emit(self, topic, node, **facts):
        """Announce an event that has a webhook topic.

        :param topic: e.g. `ORDERS_CREATE`
        :param node: the node that the payload describes
        """
        self.on_event(self, topic, node, facts)

    def dump(self):
        """Return everything that survives a restart, as JSON text."""
        with self.lock:
            return json.dumps({key: getattr(self, key) for key in self._KEPT})

    def load(self, data):
        """Take over what `dump` gave; bulk operations under way have died meanwhile."""
        for key in self._KEPT:
            setattr(self, key, data[key])
        self.settings = {**DEFAULT_SETTINGS, **self.settings}
        for node in self.all("BulkOperation"):
            if node["status"] in ("CREATED", "RUNNING"):
                node.update(status="FAILED", errorCode="INTERNAL_SERVER_ERROR")

    _KEPT = (
        "name",
        "ordinal",
        "settings",
        "tables",
        "apps",
        "tokens",
        "replies",
        "last_id",
        "last_order",
    )
