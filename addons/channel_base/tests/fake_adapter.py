"""The adapter of the marketplace in memory: what a new marketplace has to write."""

from typing import ClassVar

from ..adapter.canonical import PushResult, PushStatus
from ..adapter.content import CatalogueCode, ContentLimits
from ..adapter.errors import AuthError
from ..adapter.port import (
    Capability,
    Connection,
    CustomerPage,
    ListingPage,
    MarketplaceAdapter,
    OrderChange,
    OrderRead,
    PushAnswer,
    ReturnChange,
    ReturnRead,
)

PAGE = 2


class FakeAdapter(MarketplaceAdapter):
    """Speaks to the ``FakeMarket`` that is registered under the account's name."""

    provider = "fake"
    capabilities = frozenset(
        {
            Capability.LISTINGS,
            Capability.LOCATIONS,
            Capability.STOCK_PUSH,
            Capability.STOCK_READ,
            Capability.SHIPMENT_PUSH,
            Capability.REFUND_PUSH,
            Capability.CUSTOMERS,
            Capability.RETURNS,
            Capability.RETURN_PUSH,
            Capability.CATALOGUE_PUSH,
        }
    )
    order_batch = 10
    stock_batch = 5
    product_batch = 3
    content_limits = ContentLimits(
        options=2, variants=50, image_bytes=10**6, image_types=("image/png",)
    )
    markets: ClassVar[dict] = {}

    def _market(self, verb):
        market = self.markets[self.settings.account]
        market.answer(verb)
        return market

    def connect(self):
        market = self._market("connect")
        if not self.settings.secrets.get("password"):
            raise AuthError("The password is missing.")
        return Connection(
            name="Fake market",
            account=self.settings.account,
            currency="USD",
            missing=market.missing,
            other_version=market.other_version,
        )

    def locations(self):
        yield from self._market("locations").places.values()

    def order_changes(self, since):
        for external_id, moment in self._market("order_changes").changes(since):
            yield OrderChange(external_id, moment)

    def read_orders(self, external_ids):
        market = self._market("read_orders")
        for external_id in external_ids:
            error = market.bad_orders.get(external_id)
            order = None if error else market.orders.get(external_id)
            yield OrderRead(external_id, order=order, error=error)

    def customers(self, position=None):
        market = self._market("customers")
        everyone = sorted(market.customers)
        start = int(position or 0)
        for first in range(start, max(len(everyone), 1), market.customer_page):
            following = first + market.customer_page
            ids = everyone[first:following]
            yield CustomerPage(
                customers=tuple(market.customers[one] for one in ids),
                companies=() if first else tuple(market.companies.values()),
                position=str(following) if following < len(everyone) else None,
            )

    def read_customers(self, external_ids):
        known = self._market("read_customers").customers
        yield from (known[one] for one in external_ids if one in known)

    def read_companies(self, external_ids):
        known = self._market("read_companies").companies
        yield from (known[one] for one in external_ids if one in known)

    def listings(self, position=None):
        market = self._market("listings")
        everything = [market.listings[key] for key in sorted(market.listings)]
        start = int(position or 0)
        for first in range(start, max(len(everything), 1), PAGE):
            following = first + PAGE
            yield ListingPage(
                tuple(everything[first:following]),
                position=str(following) if following < len(everything) else None,
            )

    def read_listings(self, external_ids):
        market = self._market("read_listings")
        yield from (market.listings[i] for i in external_ids if i in market.listings)

    def stock_levels(self, pairs):
        market = self._market("stock_levels")
        yield from (market.level(*pair) for pair in pairs if pair in market.levels)

    def push_stock(self, key, targets):
        ticket = self._market("push_stock").set_stock(
            tuple(
                (t.key, t.stock_key or t.listing, t.location, t.quantity)
                for t in targets
            )
        )
        pending = tuple(
            PushResult(key=t.key, status=PushStatus.PENDING) for t in targets
        )
        return PushAnswer(pending, ticket=ticket)

    def push_shipments(self, key, shipments):
        market = self._market("push_shipments")
        return PushAnswer(tuple(market.confirm(shipment) for shipment in shipments))

    def push_refunds(self, key, refunds):
        market = self._market("push_refunds")
        return PushAnswer(tuple(market.pay_back(refund) for refund in refunds))

    def return_changes(self, since):
        returns = self._market("return_changes").returns.values()
        for found in sorted(returns, key=lambda one: one.updated_at):
            if found.updated_at >= since:
                yield ReturnChange(found.external_id, found.updated_at)

    def read_returns(self, external_ids):
        market = self._market("read_returns")
        for external_id in external_ids:
            yield ReturnRead(external_id, found=market.returns.get(external_id))

    def push_returns(self, key, actions):
        market = self._market("push_returns")
        return PushAnswer(tuple(market.take_return(action) for action in actions))

    def prepare_catalogue(self):
        yield from self._market("prepare_catalogue").catalogue.codes

    def search_categories(self, text):
        self._market("search_categories")
        yield CatalogueCode(kind="category", code=f"cat-{text}", name=f"All / {text}")

    def read_products(self, external_ids):
        catalogue = self._market("read_products").catalogue
        known = [one for one in external_ids if one in catalogue.products]
        yield from (catalogue.shown(one) for one in known)

    def push_products(self, key, products):
        catalogue = self._market("push_products").catalogue
        for content in products:
            for image in content.images:
                self.read_image(image.source, image.key)
        return PushAnswer(tuple(catalogue.push(content) for content in products))

    def poll(self, ticket):
        results = self._market("poll").results(ticket)
        return (
            PushAnswer(results)
            if results is not None
            else PushAnswer((), ticket=ticket)
        )
