"""The Shopify simulator as the tests use it: over HTTP, one server per test."""

import json
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime

from odoo.addons.channel_base.adapter.port import Settings
from odoo.addons.channel_base.adapter.ratelimit import MemoryRateLimiter
from odoo.addons.channel_base.adapter.tokens import MemoryTokenStore
from odoo.addons.channel_base.adapter.transport import Transport
from odoo.addons.channel_base.adapter.webhook import sign
from odoo.addons.channel_shopify.adapter.shopify import ShopifyAdapter

from tests.simulators import common_control
from tests.simulators.shopify import actions, order_control
from tests.simulators.shopify.app import Server
from tests.simulators.shopify.simulator import Simulator

from .contract import Market

VAT = [{"title": "VAT 19%", "rate": 0.19}]


class ShopifyMarket(Market):
    """One shop of a running simulator."""

    adapter_class = ShopifyAdapter
    token_name = "access_token"

    def __init__(self, simulator, url, name="demo", products=5, settings=None):
        self.simulator, self.url = simulator, url
        made = actions.create_shop(
            simulator,
            name,
            locations=("Main", "Outlet"),
            settings=settings,
            app={"static_token": f"shpat_static_{name}"},
        )
        self.app, self.name = made["app"], name
        self.shop = simulator.shops[name]
        self.locations = {
            place: number(gid) for place, gid in made["locations"].items()
        }
        actions.load_catalogue(simulator, self.shop, products=products)

    def settings(self, **options):
        return Settings(
            account=f"{self.name}.myshopify.com",
            base_url=f"{self.url}/shops/{self.name}",
            api_version="2026-10",
            options={"client_id": self.app["client_id"], **options},
            secrets={
                "client_secret": self.app["client_secret"],
                "client_secret_previous": "the-secret-before",
                "access_token": f"shpat_static_{self.name}",
            },
        )

    def adapter(self, calls=None, clock=None, store=None, **options):
        clock = clock or (lambda: datetime.now(UTC))
        return ShopifyAdapter(
            self.settings(**options),
            Transport(timeout=(2, 5)),
            clock,
            MemoryRateLimiter(clock),
            store or MemoryTokenStore(),
            calls.append if calls is not None else (lambda _call: None),
        )

    # --- what the contract needs ------------------------------------------------------

    def place_orders(self, count):
        spec = {"lines": [self.line(0)], "oversell": True}
        return [self.place(**spec) for _number in range(count)]

    def spoil(self, external_id):
        self.node("Order", external_id)["risk"] = {"recommendation": "UNHEARD_OF"}

    def stock(self):
        return {
            (number(level["item"]), number(level["location"])): level["available"]
            for level in self.shop.all("InventoryLevel")
        }

    def sell(self, stock_key, location):
        available = self.stock()[stock_key, location]
        variant = next(
            one
            for one in self.shop.all("ProductVariant")
            if number(one["inventoryItem"]) == stock_key
        )
        actions.set_stock(
            self.simulator,
            self.shop,
            variant["id"],
            available - 1,
            f"gid://shopify/Location/{location}",
        )

    def fulfilments(self, external_id):
        order = self.node("Order", external_id)
        found = [self.shop.get(gid) for gid in order["fulfillments"]]
        return [
            (
                sum(line["quantity"] for line in one["fulfillmentLineItems"]),
                tuple(info["number"] for info in one["tracking"]),
            )
            for one in found
            if one["status"] == "SUCCESS"
        ]

    def delivery(self, body=None, topic="orders/create", **headers):
        if body is None:
            body = json.dumps({"id": 4711, "note": "Grüße 🎉"}).encode()
        return {
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": sign(self.app["client_secret"], body),
            "X-Shopify-Shop-Domain": f"{self.name}.myshopify.com",
            "X-Shopify-Event-Id": "event-1",
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Triggered-At": "2026-11-22T10:00:00.123456789Z",
            **headers,
        }, body

    # --- what Shopify's own tests need ------------------------------------------------

    def line(self, index, **spec):
        """Order spec line of the n-th variant."""
        variant = self.shop.all("ProductVariant")[index]
        return {"variant": variant["id"], "taxes": VAT, **spec}

    def place(self, **spec):
        """Place one order; its digits."""
        placed = actions.place_orders(self.simulator, self.shop, **spec)
        return number(placed["orders"][0]["id"])

    def act(self, external_id, action, **options):
        order_control.order_action(
            self.simulator, self.shop, external_id, action, **options
        )

    def node(self, kind, digits):
        return self.shop.get(f"gid://shopify/{kind}/{digits}")

    def read(self, external_id, **options):
        """The canonical order."""
        (read,) = self.adapter(**options).read_orders((external_id,))
        if read.error:
            raise read.error
        return read.order

    def fault(self, fault, **settings):
        common_control.add_fault(self.simulator, fault=fault, **settings)


def number(gid):
    return gid.rsplit("/", 1)[-1].partition("?")[0]


@contextmanager
def running():
    """A simulator without shops, serving on a free port: (simulator, url)."""
    simulator = Simulator()
    server = Server(simulator).start()
    try:
        yield simulator, server.url
    finally:
        server.stop()
