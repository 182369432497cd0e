"""What a marketplace must be able to do for the hub: the one seam between both."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import ClassVar

from .canonical import (
    Company,
    Customer,
    FulfilmentState,
    Listing,
    Location,
    Market,
    Money,
    Order,
    OrderState,
    PaymentState,
    Price,
    PriceList,
    PriceTarget,
    PushResult,
    RefundPush,
    Return,
    ReturnAction,
    Shipment,
    StockLevel,
    StockTarget,
)
from .content import (
    CatalogueCode,
    ContentLimits,
    ContentShown,
    ProductContent,
)
from .errors import ChannelError, NotSupported
from .ratelimit import RateLimiter
from .tokens import TokenStore
from .trace import Trace
from .transport import Transport
from .webhook import WebhookEvent, WebhookRequest


class Capability(str, Enum):
    """What an adapter offers; drives buttons, crons and flows."""

    LISTINGS = "listings"
    LOCATIONS = "locations"
    MARKETS = "markets"  # one account sells in several marketplaces
    WEBHOOKS = "webhooks"
    STOCK_PUSH = "stock_push"
    STOCK_COMPARE = "stock_compare"  # pushes take the expected value and refuse another
    STOCK_READ = "stock_read"
    SHIPMENT_PUSH = "shipment_push"
    REFUND_PUSH = "refund_push"
    CUSTOMERS = "customers"
    PRICE_PUSH = "price_push"
    PRICE_READ = "price_read"
    RETURNS = "returns"
    RETURN_PUSH = "return_push"  # takes decisions and what became of the goods
    CATALOGUE_PUSH = "catalogue_push"
    WAREHOUSE_STOCK = "warehouse_stock"  # says what is in its buildings
    WAREHOUSE = "warehouse"  # holds goods of ours and ships them, see ``warehouse``


@dataclass(frozen=True, slots=True)
class Settings:
    """What an adapter needs to know of its channel.

    :param account: shop domain, seller id: the account's name at the marketplace.
    :param base_url: origin that replaces every host of the marketplace; empty = the
        real ones.
    :param api_version: as the marketplace spells it.
    :param options: further plain settings of the provider.
    :param secrets: credentials by name; never shown in ``repr``.
    """

    account: str
    base_url: str = ""
    api_version: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Connection:
    """What a successful connection test found.

    :param missing: flow -> what is missing for it (scopes, roles), empty when all is
        well.
    :param other_version: API version that answered, where it is not the one asked for.
    """

    name: str
    account: str
    currency: str
    time_zone: str = ""
    tax_included: bool = False
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    other_version: str = ""


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order that changed; the fetch job reads its present state.

    :param order: the whole order, where the list told it: it is not read again.
    """

    external_id: str
    updated_at: datetime
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A part of the orders that changed, in any order.

    :param position: where to go on, to be stored; None = this was the last part.
    :param until: the moment up to which all changes are told with the last part.
    """

    changes: tuple[OrderChange, ...]
    until: datetime
    position: str | None = None


@dataclass(frozen=True, slots=True)
class OrderCheck:
    """What tells cheaply whether an order is known here as it is there.

    None: the marketplace does not say it in a list, or not in the words of ``Order``.
    ``refunded``: what was paid back successfully.
    """

    external_id: str
    updated_at: datetime
    placed_at: datetime | None = None
    state: OrderState | None = None
    payment_state: PaymentState | None = None
    fulfilment_state: FulfilmentState | None = None
    total: Money | None = None
    refunded: Money | None = None


@dataclass(frozen=True, slots=True)
class OrderRead:
    """The answer for one order that was asked for.

    ``order`` and ``error`` both None: the order is gone or not ours to see. An error
    that is a ``TransientError`` is worth asking again, any other one waits for a
    person. ``external_id`` is what was asked for: a webhook may have named the order by
    a part of it, then ``order.external_id`` is another one.
    """

    external_id: str
    order: Order | None = None
    error: ChannelError | None = None


@dataclass(frozen=True, slots=True)
class ReturnChange:
    """A return that changed, or may have; the fetch job reads its present state."""

    external_id: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnRead:
    """The answer for one return that was asked for, see ``OrderRead``."""

    external_id: str
    found: Return | None = None
    error: ChannelError | None = None


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A part of the catalogue.

    :param position: where to go on, to be stored; None = this was the last part.
    :param wait: seconds until the next part is worth asking for, 0 = at once.
    """

    listings: tuple[Listing, ...]
    position: str | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A part of all customers and companies.

    :param position: where to go on, to be stored; None = this was the last part.
    """

    customers: tuple[Customer, ...] = ()
    companies: tuple[Company, ...] = ()
    position: str | None = None


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """The answer to one batch: one result per item, in any order.

    :param ticket: given when items are PENDING: ``poll`` asks for their results with
        it.
    :param retry_after: seconds until the ticket is worth polling.
    """

    results: tuple[PushResult, ...]
    ticket: str = ""
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class WebhookHealth:
    """Subscriptions compared with what the hub wants, by topic."""

    present: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class MarketplaceAdapter(ABC):
    """A sales channel. Stateless: everything it needs is given to it.

    :param settings: of the channel. :param transport: makes the HTTP calls.
    :param clock: function without arguments that gives aware UTC moments.
    :param rate_limiter: shared buckets. :param token_store: shared tokens.
    :param trace: called once per call that was made.
    """

    provider: ClassVar[str]
    capabilities: ClassVar[frozenset[Capability]] = frozenset()
    pages_orders: ClassVar[bool] = False  # changes are read by ``order_pages``
    order_batch: ClassVar[int] = 25  # orders that one fetch asks for at once
    stock_batch: ClassVar[int] = 250  # quantities that one call may set
    shipment_batch: ClassVar[int] = 20  # deliveries that one batch confirms
    sources: ClassVar[Mapping[str, str]] = {}  # of orders: names by code
    # of those, whose goods others hold and ship: imported without stock by default
    stockless_sources: ClassVar[frozenset[str]] = frozenset()
    price_batch: ClassVar[int] = 250  # prices of one list that one batch sets
    return_batch: ClassVar[int] = 20  # returns that one call reads or tells of
    product_batch: ClassVar[int] = 10  # products that one batch writes
    content_limits: ClassVar[ContentLimits] = ContentLimits()
    carriers_required: ClassVar[bool] = (
        False  # shipments need a carrier's name as known there
    )

    def __init__(
        self,
        settings: Settings,
        transport: Transport,
        clock: Callable[[], datetime],
        rate_limiter: RateLimiter,
        token_store: TokenStore,
        trace: Trace,
    ):
        self.settings = settings
        self.transport = transport
        self.clock = clock
        self.rate_limiter = rate_limiter
        self.token_store = token_store
        self.trace = trace
        self.read_image: Callable[[str, str], bytes] = _no_images

    # --- connection -------------------------------------------------------------------

    @abstractmethod
    def connect(self) -> Connection:
        """Prove that the credentials work and say what is missing."""

    def locations(self) -> Iterator[Location]:
        """All places of the channel that hold stock."""
        raise NotSupported("locations")

    def marketplaces(self) -> Iterator[Market]:
        """All marketplaces that the account can sell in."""
        raise NotSupported("marketplaces")

    # --- webhooks ---------------------------------------------------------------------

    def webhook_event(self, request: WebhookRequest) -> WebhookEvent:
        """Check a delivery's signature and read what it is about.

        :raises SignatureError: not signed by the marketplace.
        :raises MalformedError: signed, but not readable.
        """
        raise NotSupported("webhooks")

    def ensure_webhooks(self, address: str, repair: bool = True) -> WebhookHealth:
        """Compare the subscriptions with the wanted ones, and make the missing ones.

        :param address: absolute URL that deliveries go to.
        """
        raise NotSupported("webhooks")

    # --- orders -----------------------------------------------------------------------

    @abstractmethod
    def order_changes(self, since: datetime) -> Iterator[OrderChange]:
        """Orders changed since a moment, oldest change first."""

    def order_pages(
        self, since: datetime, position: str | None = None
    ) -> Iterator[OrderPage]:
        """Orders changed since a moment, by parts, for a marketplace that tells them in
        no order, or lets a list be asked for so seldom that one job cannot read it.

        Offered where ``pages_orders``; the hub then asks for nothing else.

        :param position: of an interrupted reading.
        """
        raise NotSupported("order_pages")

    def order_checks(self, since: datetime) -> Iterator[OrderCheck]:
        """Orders changed since a moment, oldest change first, to be compared with what
        is known here; more of them where a list says more than ids and moments."""
        for change in self.order_changes(since):
            yield OrderCheck(change.external_id, change.updated_at)

    @abstractmethod
    def read_orders(self, external_ids: tuple[str, ...]) -> Iterator[OrderRead]:
        """The present state of some orders: one answer per id, a bad one spoils no
        other."""

    # --- customers --------------------------------------------------------------------

    def customers(self, position: str | None = None) -> Iterator[CustomerPage]:
        """Customers, then companies, from a stored position on; all of them when
        None."""
        raise NotSupported("customers")

    def read_customers(self, external_ids: tuple[str, ...]) -> Iterator[Customer]:
        """The present state of some customers; those that are gone are left out."""
        raise NotSupported("customers")

    def read_companies(self, external_ids: tuple[str, ...]) -> Iterator[Company]:
        """The present state of some companies; those that are gone are left out."""
        raise NotSupported("customers")

    # --- catalogue and stock ----------------------------------------------------------

    def listings(self, position: str | None = None) -> Iterator[ListingPage]:
        """The catalogue from a stored position on, from the start when None."""
        raise NotSupported("listings")

    def read_listings(self, external_ids: tuple[str, ...]) -> Iterator[Listing]:
        """The present state of some products' listings; ids are those of webhooks."""
        raise NotSupported("listings")

    def stock_levels(self, pairs: tuple[tuple[str, str], ...]) -> Iterator[StockLevel]:
        """What the channel shows now.

        :param pairs: (``stock_key`` of the listing, location); answers name them the
            same way.
        """
        raise NotSupported("stock_read")

    def push_stock(self, key: str, targets: tuple[StockTarget, ...]) -> PushAnswer:
        """Set some quantities by one call.

        :param key: idempotency key, the same whenever the same targets are sent again.
        """
        raise NotSupported("stock_push")

    # --- shipments --------------------------------------------------------------------

    def push_shipments(self, key: str, shipments: tuple[Shipment, ...]) -> PushAnswer:
        """Confirm some deliveries; what is confirmed already counts as done."""
        raise NotSupported("shipment_push")

    # --- refunds ----------------------------------------------------------------------

    def push_refunds(self, key: str, refunds: tuple[RefundPush, ...]) -> PushAnswer:
        """Pay back, each refund once however often it is sent.

        What comes to another amount there than ``worth``, or is more than can be paid
        back, is rejected with the numbers.

        :param key: idempotency key, the same whenever the same refunds are sent again.
        :return: ``external_id`` of a result is the refund's id there.
        """
        raise NotSupported("refund_push")

    # --- prices -----------------------------------------------------------------------

    def price_lists(self) -> Iterator[PriceList]:
        """All lists that prices can be set in, the base list included."""
        raise NotSupported("price_push")

    def read_prices(
        self, price_list: str, listings: tuple[str, ...]
    ) -> Iterator[Price]:
        """What the channel asks now; none for listings without a price in the list.

        :param price_list: empty for the base list.
        """
        raise NotSupported("price_read")

    def push_prices(self, key: str, targets: tuple[PriceTarget, ...]) -> PushAnswer:
        """Set some prices of one list, row by row."""
        raise NotSupported("price_push")

    # --- returns ----------------------------------------------------------------------

    def return_changes(self, since: datetime) -> Iterator[ReturnChange]:
        """Returns that changed since a moment, the oldest change first."""
        raise NotSupported("returns")

    def read_returns(self, external_ids: tuple[str, ...]) -> Iterator[ReturnRead]:
        """One ``ReturnRead`` per id asked for."""
        raise NotSupported("returns")

    def push_returns(self, key: str, actions: tuple[ReturnAction, ...]) -> PushAnswer:
        """Tell decisions and what became of goods; what is known there already counts
        as done."""
        raise NotSupported("return_push")

    # --- products ---------------------------------------------------------------------

    def prepare_catalogue(self) -> Iterator[CatalogueCode]:
        """Set up there what pushing products needs, once and again; the codes that
        content may name."""
        raise NotSupported("catalogue_push")

    def search_categories(self, text: str) -> Iterator[CatalogueCode]:
        """Categories of the marketplace that a text may mean, the likeliest first."""
        raise NotSupported("catalogue_push")

    def read_products(self, external_ids: tuple[str, ...]) -> Iterator[ContentShown]:
        """What the channel shows of some products; those that are gone are left out."""
        raise NotSupported("catalogue_push")

    def push_products(
        self, key: str, products: tuple[ProductContent, ...]
    ) -> PushAnswer:
        """Make or change some products, of each only the groups that it names.

        A product that was made under its key is found again, whoever lost the answer;
        variants that the hub does not know are never removed. Bytes of images are got
        by ``read_image(source, key)``.
        """
        raise NotSupported("catalogue_push")

    # --- asynchronous answers ---------------------------------------------------------

    def poll(self, ticket: str) -> PushAnswer:
        """Ask for the results behind a ticket; the same ticket back = not ready yet."""
        raise NotSupported("poll")


def _no_images(source: str, key: str) -> bytes:
    """What reads images until the hub gives a better one.

    :raises NotSupported: always.
    """
    raise NotSupported("images")
