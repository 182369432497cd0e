"""A small seller account as the contract of adapters needs it."""

from datetime import UTC, datetime, timedelta

from odoo.addons.channel_amazon.adapter.amazon import AmazonAdapter
from odoo.addons.channel_amazon.tests.account import (
    FRANCE,
    GERMANY,
    SECRETS,
    SELLER,
    item,
    order,
)
from odoo.addons.channel_base.adapter.port import Settings
from odoo.addons.channel_base.adapter.ratelimit import MemoryRateLimiter
from odoo.addons.channel_base.adapter.tokens import MemoryTokenStore
from odoo.addons.channel_base.adapter.transport import Transport

from .contract import Market


class AmazonMarket(Market):
    """One seller account, served."""

    adapter_class = AmazonAdapter
    token_name = "access_token"

    def __init__(self, account, url):
        self.account, self.url = account, url
        for number in range(2):
            self.account.items[f"SKU {number}/ä"] = item(f"SKU {number}/ä", 10 + number)

    def settings(self, **options):
        return Settings(
            account=SELLER,
            base_url=self.url,
            options={
                "region": "eu",
                "client_id": "amzn1.application-oa2-client.zzz",
                "markets": f"{GERMANY},{FRANCE}",
                **options,
            },
            secrets=SECRETS,
        )

    def adapter(self, calls=None, clock=None, limiter=None, store=None, **options):
        clock = clock or (lambda: datetime.now(UTC))
        return AmazonAdapter(
            self.settings(**options),
            Transport(timeout=(2, 5)),
            clock,
            limiter or MemoryRateLimiter(clock),
            store or MemoryTokenStore(),
            calls.append if calls is not None else (lambda _call: None),
        )

    # --- what the contract needs ------------------------------------------------------

    def place_orders(self, count):
        # older than what may be asked for
        start = datetime.now(UTC) - timedelta(hours=1)
        placed = []
        for number in range(count):
            external_id = f"302-{len(self.account.orders):07}-1234567"
            moment = start + timedelta(seconds=(number * 7) % count)
            self.account.orders[external_id] = order(external_id, moment)
            placed.append(external_id)
        return placed

    def spoil(self, external_id):
        fulfilment = self.account.orders[external_id]["fulfillment"]
        fulfilment["fulfillmentStatus"] = "UNHEARD_OF"

    def stock(self):
        return {
            (sku, "DEFAULT"): one["fulfillmentAvailability"][0]["quantity"]
            for sku, one in self.account.items.items()
        }

    def fulfilments(self, external_id):
        packages = self.account.orders[external_id].get("packages", [])
        return [
            (
                sum(one["quantity"] for one in package["packageItems"]),
                (package["trackingNumber"],),
            )
            for package in packages
        ]
