"""Shopify as a sales channel (Admin API, GraphQL only)."""

from datetime import timedelta

from odoo.addons.channel_base.adapter.content import ContentLimits
from odoo.addons.channel_base.adapter.errors import ConfigError
from odoo.addons.channel_base.adapter.port import (
    Capability,
    Connection,
    MarketplaceAdapter,
)

from . import content_setup, mapper_catalog, webhooks
from .catalog import BULK_FROM, Catalog
from .client import ShopifyClient
from .content import Products
from .customers import CustomerReader
from .fulfilment import Fulfilment
from .mapper_common import moment
from .orders import OrderReader
from .prices import Prices
from .refund import Refunds
from .returns import Returns
from .scopes import missing_scopes
from .stock import Stock


class ShopifyAdapter(MarketplaceAdapter):
    """One shop.

    Options: ``auth`` (``client_credentials`` or ``static``), ``client_id``,
    ``currency_mode`` (``presentment`` or ``shop``), ``orders_from`` (ISO 8601: the
    oldest orders that are wanted), ``bulk_from`` (variants). Secrets:
    ``client_secret``, ``client_secret_previous``, ``access_token``.
    """

    provider = "shopify"
    # a new one that another marketplace brings is not Shopify's by itself
    capabilities = frozenset(
        {
            Capability.LISTINGS,
            Capability.LOCATIONS,
            Capability.WEBHOOKS,
            Capability.STOCK_PUSH,
            Capability.STOCK_COMPARE,
            Capability.STOCK_READ,
            Capability.SHIPMENT_PUSH,
            Capability.REFUND_PUSH,
            Capability.CUSTOMERS,
            Capability.PRICE_PUSH,
            Capability.PRICE_READ,
            Capability.RETURNS,
            Capability.RETURN_PUSH,
            Capability.CATALOGUE_PUSH,
        }
    )
    order_batch = 24  # three queries
    sources = {
        "web": "Online Store",
        "pos": "Point of Sale",
        "shopify_draft_order": "Draft Orders",
        "subscription_contract": "Subscriptions",
    }
    price_batch = 1000
    # https://help.shopify.com/en/manual/products/product-media/product-media-types
    content_limits = ContentLimits(
        options=3,
        variants=2048,
        images=250,
        image_bytes=20 * 2**20,
        image_types=("image/jpeg", "image/png", "image/gif", "image/webp"),
    )

    def __init__(self, settings, transport, clock, rate_limiter, token_store, trace):
        super().__init__(settings, transport, clock, rate_limiter, token_store, trace)
        self.client = ShopifyClient(
            settings, transport, clock, rate_limiter, token_store, trace
        )
        self.orders = OrderReader(self.client)
        self.stock = Stock(self.client, clock)

    def connect(self):
        self.client.prove()
        data = self.client.query("shop")
        shop, scopes = data["shop"], data["currentAppInstallation"]["accessScopes"]
        if shop["myshopifyDomain"] != self.client.shop and not self.settings.base_url:
            raise ConfigError(
                f"The credentials belong to another shop: {shop['myshopifyDomain']}."
            )
        return Connection(
            name=shop["name"],
            account=shop["myshopifyDomain"],
            currency=shop["currencyCode"],
            time_zone=shop["ianaTimezone"],
            tax_included=bool(shop["taxesIncluded"]),
            missing=missing_scopes(
                (scope["handle"] for scope in scopes),
                self._order_age(),
                self.settings.options.get("catalogue", "off") != "off",
            ),
            other_version=self._other_version(),
        )

    def _order_age(self):
        """How long ago the oldest order that is wanted was placed."""
        since = moment(self.settings.options.get("orders_from"))
        return self.clock() - since if since else timedelta()

    def _other_version(self):
        """Shopify answers by another version when it has dropped the wanted one."""
        served = self.client.served_version
        return "" if served == self.client.version else served

    def locations(self):
        for node in self.client.pages("locations"):
            yield mapper_catalog.location(node)

    def webhook_event(self, request):
        return webhooks.event(self.settings, self.client.shop, request)

    def ensure_webhooks(self, address, repair=True):
        return webhooks.ensure(self.client, address, repair)

    def order_changes(self, since):
        return self.orders.changes(since)

    def order_checks(self, since):
        return self.orders.checks(since)

    def read_orders(self, external_ids):
        return self.orders.fetch(external_ids)

    def customers(self, position=None):
        return CustomerReader(self.client).pages(position)

    def read_customers(self, external_ids):
        return CustomerReader(self.client).customers(external_ids)

    def read_companies(self, external_ids):
        return CustomerReader(self.client).companies(external_ids)

    def listings(self, position=None):
        return self._catalog().pages(position)

    def read_listings(self, external_ids):
        return self._catalog().of_products(external_ids)

    def stock_levels(self, pairs):
        return self.stock.levels(pairs)

    def push_stock(self, key, targets):
        return self.stock.push(key, targets)

    def push_shipments(self, key, shipments):
        return Fulfilment(self.client, self.orders).push(shipments)

    def return_changes(self, since):
        return Returns(self.client).changes(since)

    def read_returns(self, external_ids):
        return Returns(self.client).fetch(external_ids)

    def push_returns(self, key, actions):
        return Returns(self.client).push(actions)

    def push_refunds(self, key, refunds):
        return Refunds(self.client).push(key, refunds)

    def price_lists(self):
        return Prices(self.client, self.clock).lists()

    def read_prices(self, price_list, listings):
        return Prices(self.client, self.clock).shown(price_list, listings)

    def push_prices(self, key, targets):
        return Prices(self.client, self.clock).push(targets)

    def prepare_catalogue(self):
        return content_setup.prepare(self.client)

    def search_categories(self, text):
        return content_setup.search(self.client, text)

    def read_products(self, external_ids):
        return self._products().shown(external_ids)

    def push_products(self, key, products):
        return self._products().push(products)

    def poll(self, ticket):
        return self._products().poll(ticket)

    def _products(self):
        return Products(self.client, lambda *place: self.read_image(*place))

    def _catalog(self):
        bulk_from = int(self.settings.options.get("bulk_from") or BULK_FROM)
        return Catalog(self.client, self.clock, bulk_from)
