"""Orders, their lines and what they cost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

from .base import Money, canonical, require_utc
from .party import Address, Buyer
from .payment import Payment, PaymentTerms
from .refund import Refund


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
class Hold:
    """A reason why the order may not be shipped yet, in the marketplace's own code."""

    code: str
    note: str = ""


@canonical
class Order:
    """One order with everything that documents are made of.

    All amounts are in ``total.currency``. ``shop_total`` is the same total in the
    shop's own currency, where the marketplace gives both: their ratio is the rate.
    ``rate`` overrules it where larger amounts tell it more exactly: units of
    ``total.currency`` for one of ``shop_total``'s. ``placed_at``: when it was entered
    there, and its units taken off; None where that is ``ordered_at``, which others may
    date back.
    ``total`` and ``tax_total`` are the original ones, before refunds and removals;
    ``current_total`` is what is left of ``total`` after them, where it is told.
    ``taxes_stated``: False where the prices hold taxes that the marketplace does not
    tell: they are reckoned here.
    ``converted``: the marketplace converted each amount from another currency and
    rounded it by itself, so that the parts add up to the total but for their halves.
    ``source`` is the marketplace's code for where the order was made (web shop, till,
    another app), and ``source_name`` what people call it. ``market`` is the one of the
    account's marketplaces that it was placed in. ``ship_by`` and ``deliver_by`` are
    what the marketplace has promised the buyer. ``original`` is the order that this one
    replaces. ``cancel_wish``: why the buyer wants it cancelled, which somebody has to
    decide; None = he does not, or it is too late.
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
    current_total: Money | None = None
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
    market: str = ""
    ship_by: datetime | None = None
    deliver_by: datetime | None = None
    original: str = ""
    cancel_wish: str | None = None
    taxes_stated: bool = True
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
        require_utc(self.ship_by)
        require_utc(self.deliver_by)
