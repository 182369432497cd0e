"""The hub's own words: what every marketplace is translated into.

Plain frozen values without Odoo ids and without raw payloads. Amounts are exact
decimals, moments are aware UTC, collections are tuples. ``codec`` stores them as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum

# Raised when older texts mean something else now; a new field with a default is no
# reason, for texts without it are still read.
CANONICAL_VERSION = 1


def canonical(cls):
    """Make a class one of the canonical types: frozen, slotted, keyword-only."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def require_utc(moment):
    """Refuse naive moments and any offset but UTC.

    :raises ValueError: for anything but an aware UTC ``datetime``.
    """
    if moment is not None and moment.tzinfo != UTC:
        raise ValueError(f"not an aware UTC moment: {moment!r}")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency: an ISO 4217 code, or four letters (USDC)."""

    amount: Decimal
    currency: str

    def __post_init__(self):
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError(f"not an exact amount: {self.amount!r}")
        if len(self.currency) not in (3, 4) or not self.currency.isupper():
            raise ValueError(f"not a currency code: {self.currency!r}")


class OrderState(str, Enum):
    """Where the order stands at the marketplace."""

    PENDING = "pending"  # exists and holds stock, may not be shipped yet
    OPEN = "open"
    CLOSED = "closed"  # archived or completed there
    CANCELLED = "cancelled"


class PaymentState(str, Enum):
    PENDING = "pending"
    AUTHORIZED = "authorized"
    EXPIRED = "expired"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"


class FulfilmentState(str, Enum):
    UNFULFILLED = "unfulfilled"
    PARTIAL = "partial"
    FULFILLED = "fulfilled"


class RiskLevel(str, Enum):
    """The marketplace's fraud advice."""

    NONE = "none"
    ACCEPT = "accept"
    INVESTIGATE = "investigate"
    CANCEL = "cancel"


class LineKind(str, Enum):
    PRODUCT = "product"  # sold from a listing: needs a product here
    CUSTOM = "custom"  # typed in by the merchant, no listing behind it
    GIFT_CARD = "gift_card"  # a liability, not a revenue
    TIP = "tip"
    FEE = "fee"
    DUTY = "duty"
    ROUNDING = "rounding"  # cash rounding at a till


class PaymentKind(str, Enum):
    AUTHORIZATION = "authorization"
    CAPTURE = "capture"
    SALE = "sale"
    VOID = "void"
    REFUND = "refund"
    CHANGE = "change"  # cash handed back at a till


class PaymentStatus(str, Enum):
    SUCCESS = "success"
    PENDING = "pending"
    FAILURE = "failure"


class ListingState(str, Enum):
    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"
    UNLISTED = "unlisted"


class Restock(str, Enum):
    """What becomes of units that are given back."""

    NONE = "none"  # they stay where they are, or are received by the ERP alone
    CANCEL = "cancel"  # not shipped: for sale again
    RETURN = "return"  # shipped, and back on the shelf


class PriceListKind(str, Enum):
    """Who gets the prices of a list."""

    BASE = "base"  # whoever no other list is for
    MARKET = "market"
    COMPANY = "company"  # business customers
    OTHER = "other"


class ReturnState(str, Enum):
    """Where a return stands at the marketplace."""

    REQUESTED = "requested"  # the buyer asks; nobody has decided
    OPEN = "open"  # agreed to, the goods are to come
    CLOSED = "closed"
    CANCELLED = "cancelled"
    DECLINED = "declined"


class Resolution(str, Enum):
    """What the buyer wants for what he sends back."""

    REFUND = "refund"
    EXCHANGE = "exchange"  # for other goods, which become lines of the order
    REPLACEMENT = "replacement"  # for the same goods again
    STORE_CREDIT = "store_credit"
    NONE = "none"  # the marketplace settles it itself


class DeclineReason(str, Enum):
    FINAL_SALE = "final_sale"
    PERIOD_ENDED = "period_ended"
    OTHER = "other"


class ReturnVerb(str, Enum):
    """What the marketplace is told of a return."""

    APPROVE = "approve"
    DECLINE = "decline"
    PROCESS = "process"  # goods have come: what became of them
    CLOSE = "close"


class PushStatus(str, Enum):
    """What became of one pushed item."""

    DONE = "done"
    PENDING = "pending"  # accepted; the answer comes later by the batch's ticket
    STALE = "stale"  # compare-and-set found another value; ``observed`` says which
    SKIPPED = (
        "skipped"  # not applied because another item failed an all-or-nothing call
    )
    REJECTED = "rejected"


@canonical
class Tax:
    """One tax as the marketplace charged it.

    ``rate`` is a fraction (0.19), None where the marketplace gives only the amount.
    ``remitted`` marks a tax that the marketplace collects and pays itself.
    """

    title: str
    amount: Money
    rate: Decimal | None = None
    remitted: bool = False


@canonical
class Discount:
    """What one discount takes off one line; ``amount`` is positive."""

    title: str
    amount: Money
    code: str = ""


@canonical
class OrderLine:
    """One sold line. ``unit_price`` is before discounts, with tax if the order says so.

    ``quantity`` is what was ordered first; of it ``cancelled`` units were taken off
    before they were shipped, ``fulfilled`` ones are shipped, and ``refunded`` ones were
    given back after that. So ``quantity - cancelled - fulfilled`` are still to be
    shipped, and the buyer keeps ``quantity - cancelled - refunded``. ``location`` is
    the marketplace's place that is to ship; the buyer fetches ``pickup`` lines there.
    ``group``, with its title and quantity, is the bundle that the line is a component
    of: it has a price of its own, the bundle has none. ``plan`` names the subscription
    or the pre-order that the line was sold by. ``ship_after``: not to be shipped
    earlier, None = at once.
    """

    external_id: str
    kind: LineKind
    title: str
    quantity: int
    unit_price: Money
    sku: str = ""
    listing: str = ""
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[Tax, ...] = ()
    cancelled: int = 0
    refunded: int = 0
    fulfilled: int = 0
    requires_shipping: bool = True
    location: str = ""
    group: str = ""
    group_title: str = ""
    group_quantity: int = 0
    plan: str = ""
    pickup: bool = False
    ship_after: datetime | None = None
    attributes: tuple[tuple[str, str], ...] = ()

    def __post_init__(self):
        require_utc(self.ship_after)


@canonical
class ShippingLine:
    """What the buyer pays for delivery; ``price`` is before discounts."""

    external_id: str
    title: str
    price: Money
    code: str = ""
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[Tax, ...] = ()


@canonical
class Payment:
    """One money movement as the payment gateway reports it; ``amount`` is positive."""

    external_id: str
    gateway: str
    kind: PaymentKind
    status: PaymentStatus
    amount: Money
    created_at: datetime
    reference: str = ""

    def __post_init__(self):
        require_utc(self.created_at)


@canonical
class Address:
    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    zip: str = ""
    state_code: str = ""
    country_code: str = ""
    phone: str = ""
    email: str = ""


@canonical
class Buyer:
    """Who buys. ``external_id`` is empty for guests.

    Who buys for a company is its contact: ``company_reference`` is the company's number
    in the merchant's own books, and ``location`` is the one of its places, with an id
    of its own, that the order is for.
    """

    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    company_external_id: str = ""
    company_reference: str = ""
    location: str = ""
    location_external_id: str = ""
    tax_id: str = ""


@canonical
class RefundLine:
    """Units given back. ``amount`` is what they are worth after discounts; ``location``
    is the marketplace's place that they went back to, empty where they did not."""

    line: str
    quantity: int
    restock: bool
    amount: Money
    tax: Money
    location: str = ""


@canonical
class RefundShipping:
    """Delivery given back; ``line`` names the order's shipping line, empty if
    unknown."""

    line: str
    amount: Money
    tax: Money


@canonical
class RefundAdjustment:
    """What the merchant keeps of it; negative: what he gives more than things are
    worth."""

    reason: str
    amount: Money
    tax: Money


@canonical
class RefundDuty:
    """Duty given back; ``line`` names the order's line of duties, empty if unknown."""

    line: str
    amount: Money


@canonical
class Refund:
    """Money or goods given back.

    Amounts hold the tax if the order's ``tax_included``. ``total`` is what was paid
    back successfully; ``payments`` are all its transactions, pending and failed ones
    too.
    """

    external_id: str
    created_at: datetime
    total: Money
    lines: tuple[RefundLine, ...] = ()
    shipping: tuple[RefundShipping, ...] = ()
    duties: tuple[RefundDuty, ...] = ()
    adjustments: tuple[RefundAdjustment, ...] = ()
    payments: tuple[Payment, ...] = ()
    note: str = ""

    def __post_init__(self):
        require_utc(self.created_at)


@canonical
class Hold:
    """A reason why the order may not be shipped yet, in the marketplace's own code."""

    code: str
    note: str = ""


class TermsKind(str, Enum):
    """From when the days of payment terms count."""

    NET = "net"  # from the day of the invoice
    FIXED = "fixed"  # no days: a date is set
    RECEIPT = "receipt"  # due at once
    FULFILMENT = "fulfilment"  # from the day of the shipment


@canonical
class PaymentTerms:
    """When a company is to pay. ``due_at`` is given where the date is known already."""

    kind: TermsKind
    name: str
    days: int = 0
    due_at: datetime | None = None

    def __post_init__(self):
        require_utc(self.due_at)

    @property
    def code(self):
        """What tells these terms from others of the channel."""
        return f"{self.kind.value}:{self.days}"


@canonical
class Order:
    """One order with everything that documents are made of.

    All amounts are in ``total.currency``. ``shop_total`` is the same total in the
    shop's own currency, where the marketplace gives both: their ratio is the rate.
    ``rate`` overrules it where larger amounts tell it more exactly: units of
    ``total.currency`` for one of ``shop_total``'s. ``placed_at``: when it was entered
    there, and its units taken off; None where that is ``ordered_at``, which others may
    date back.
    ``total`` and ``tax_total`` are the original ones, before refunds and removals.
    ``converted``: the marketplace converted each amount from another currency and
    rounded it by itself, so that the parts add up to the total but for their halves.
    ``source`` is the marketplace's code for where the order was made (web shop, till,
    another app), and ``source_name`` what people call it.
    """

    external_id: str
    name: str
    state: OrderState
    payment_state: PaymentState
    fulfilment_state: FulfilmentState
    ordered_at: datetime
    updated_at: datetime
    total: Money
    tax_total: Money
    tax_included: bool
    lines: tuple[OrderLine, ...]
    shipping: tuple[ShippingLine, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    buyer: Buyer | None = None
    ship_to: Address | None = None
    bill_to: Address | None = None
    shop_total: Money | None = None
    rate: Decimal | None = None
    placed_at: datetime | None = None
    converted: bool = False
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    edited: bool = False
    test: bool = False
    risk: RiskLevel = RiskLevel.NONE
    holds: tuple[Hold, ...] = ()
    source: str = ""
    source_name: str = ""
    note: str = ""
    po_number: str = ""
    terms: PaymentTerms | None = None
    tags: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def __post_init__(self):
        require_utc(self.ordered_at)
        require_utc(self.placed_at)
        require_utc(self.updated_at)
        require_utc(self.cancelled_at)


@canonical
class Customer:
    """Somebody with an account at the channel; ``orders``: how many he has placed.

    Consent to be written to is no part of it: it stays where it was given.
    """

    external_id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    address: Address | None = None
    orders: int = 0
    updated_at: datetime | None = None

    def __post_init__(self):
        require_utc(self.updated_at)


@canonical
class CompanyContact:
    """Who buys for a company; ``external_id`` is the one of the customer."""

    external_id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    title: str = ""


@canonical
class CompanyLocation:
    """One of a company's places, with the addresses and terms of its orders."""

    external_id: str
    name: str = ""
    reference: str = ""
    phone: str = ""
    tax_id: str = ""
    ship_to: Address | None = None
    bill_to: Address | None = None
    terms: PaymentTerms | None = None


@canonical
class Company:
    """A company that buys at the channel, with all its contacts and locations.

    ``reference`` is its number in the merchant's own books.
    """

    external_id: str
    name: str
    reference: str = ""
    contacts: tuple[CompanyContact, ...] = ()
    locations: tuple[CompanyLocation, ...] = ()
    updated_at: datetime | None = None

    def __post_init__(self):
        require_utc(self.updated_at)


@canonical
class Location:
    """A place of the channel that holds stock."""

    external_id: str
    name: str
    active: bool = True
    fulfilment_service: bool = False


@canonical
class Listing:
    """One offer; stock calls name it by ``stock_key``, if not by ``external_id``."""

    external_id: str
    title: str
    state: ListingState
    sku: str = ""
    barcode: str = ""
    product: str = ""
    stock_key: str = ""
    tracked: bool = True
    requires_shipping: bool = True
    price: Money | None = None
    updated_at: datetime | None = None

    def __post_init__(self):
        require_utc(self.updated_at)


@canonical
class StockLevel:
    """What the channel shows for one listing at one place, read at ``read_at``."""

    listing: str
    location: str
    available: int
    read_at: datetime

    def __post_init__(self):
        require_utc(self.read_at)


@canonical
class StockTarget:
    """One quantity to set. ``expected`` is what compare-and-set should find; None =
    unknown."""

    key: str
    listing: str
    stock_key: str
    location: str
    quantity: int
    expected: int | None = None


@canonical
class PriceList:
    """One set of prices of the channel, in one currency.

    ``external_id`` is empty for the base list. ``tax_included``: its prices hold the
    tax; None where the marketplace does not say.
    """

    external_id: str
    name: str
    currency: str
    kind: PriceListKind
    tax_included: bool | None = None


@canonical
class Price:
    """What the channel asks for one listing by one price list, read at ``read_at``."""

    listing: str
    amount: Decimal
    read_at: datetime
    compare_at: Decimal | None = None

    def __post_init__(self):
        require_utc(self.read_at)


@canonical
class PriceTarget:
    """One price to set; ``price_list`` is empty for the base list.

    ``amount``: None = take the listing's own price off the list, so that the list's
    general rule holds again. ``compare_at``: the price that is shown struck through,
    None = none; left as it is there with ``keep_compare_at``. ``product`` is what the
    listing belongs to there. ``expected`` is what was last known to be asked there.
    """

    key: str
    listing: str
    currency: str
    amount: Decimal | None
    product: str = ""
    price_list: str = ""
    compare_at: Decimal | None = None
    keep_compare_at: bool = False
    expected: Decimal | None = None


@canonical
class Parcel:
    tracking_number: str = ""
    tracking_url: str = ""
    carrier: str = ""


@canonical
class ShipmentLine:
    """``cumulative``: all units of the line shipped up to and with this shipment."""

    line: str
    quantity: int
    cumulative: int


@canonical
class Shipment:
    """One delivery to be confirmed; ``key`` names it for ever, also when it is sent
    again."""

    key: str
    order: str
    shipped_at: datetime
    lines: tuple[ShipmentLine, ...]
    parcels: tuple[Parcel, ...] = ()
    notify: bool = True
    location: str = ""
    external_id: str = ""

    def __post_init__(self):
        require_utc(self.shipped_at)


@canonical
class RefundPushLine:
    """Units to be given back; ``location`` is the place that they go back to, empty
    where they do not."""

    line: str
    quantity: int
    restock: Restock = Restock.NONE
    location: str = ""


@canonical
class RefundPush:
    """A refund to be made at the marketplace; ``key`` names it for ever and is written
    into its note there, so that it is known again however it is told.

    :param shipping: of the delivery, with tax if the order's prices hold it; None =
        nothing of it.
    :param worth: what lines and delivery come to with taxes: the marketplace must find
        the same.
    :param total: what is to be paid back; it may be more or less than ``worth``.
    :param over: whether more may be paid back than was received.
    """

    key: str
    order: str
    lines: tuple[RefundPushLine, ...]
    worth: Money
    total: Money
    shipping: Money | None = None
    note: str = ""
    notify: bool = False
    over: bool = False


@canonical
class ReturnLine:
    """Units of one order line that are to come back.

    Of ``quantity``, ``processed`` units have been looked at there, and ``refunded``
    ones been paid back. ``line`` is empty for goods that no order line sold. ``reason``
    is the marketplace's code, ``reason_name`` what it calls it.
    """

    external_id: str
    line: str
    quantity: int
    processed: int = 0
    refunded: int = 0
    reason: str = ""
    reason_name: str = ""
    note: str = ""


@canonical
class ExchangeLine:
    """Units that the buyer gets instead; ``lines`` are the order's lines that they
    became."""

    external_id: str
    quantity: int
    processed: int = 0
    listing: str = ""
    sku: str = ""
    title: str = ""
    lines: tuple[str, ...] = ()


@canonical
class Return:
    """Goods that a buyer sends back, or wants to.

    ``order`` is the order's id; empty where the marketplace names the lines only.
    ``updated_at`` is None where the marketplace does not say when it changed: then what
    is read later is newer. ``answer_until``: when it decides without us. ``parcels``
    bring the goods; ``refunds`` are the refunds that were made for it.
    """

    external_id: str
    name: str
    state: ReturnState
    requested_at: datetime
    order: str = ""
    lines: tuple[ReturnLine, ...] = ()
    exchanges: tuple[ExchangeLine, ...] = ()
    resolution: Resolution = Resolution.REFUND
    parcels: tuple[Parcel, ...] = ()
    refunds: tuple[str, ...] = ()
    updated_at: datetime | None = None
    answer_until: datetime | None = None
    closed_at: datetime | None = None
    decline_reason: DeclineReason | None = None
    decline_note: str = ""

    def __post_init__(self):
        require_utc(self.requested_at)
        require_utc(self.updated_at)
        require_utc(self.answer_until)
        require_utc(self.closed_at)


@canonical
class ReturnedUnits:
    """What became of one return line's units, each number counted from the start."""

    line: str
    restocked: int = 0
    discarded: int = 0  # came back, and are not for sale again
    missing: int = 0  # will not come any more


@canonical
class ReturnAction:
    """One thing to tell the marketplace of a return.

    :param location: the marketplace's place that restocked units lie at, empty if
        unknown.
    """

    key: str
    external_id: str
    order: str
    verb: ReturnVerb
    lines: tuple[ReturnedUnits, ...] = ()
    location: str = ""
    decline_reason: DeclineReason | None = None
    note: str = ""
    notify: bool = True


@canonical
class PushResult:
    """What became of the item with this key.

    ``observed`` and ``observed_at`` are given where the channel's present value was
    read; ``external_id`` where the push made something that has an id there;
    ``outcome``: of a product, a ``ContentOutcome`` as the codec writes it.
    """

    key: str
    status: PushStatus
    code: str = ""
    message: str = ""
    observed: int | None = None
    observed_at: datetime | None = None
    external_id: str = ""
    outcome: str = ""

    def __post_init__(self):
        require_utc(self.observed_at)
