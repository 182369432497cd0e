"""Goods that come back, and what is told of them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from .base import Money, canonical, require_utc
from .shipment import Parcel


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
    bring the goods; ``refunds`` are the refunds that were made for it. ``fee`` is what
    the seller keeps of the money: for restocking, and for the way back.
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
    fee: Money | None = None
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

    :param exchanges: how many units of which exchange line the buyer is to get by now,
        counted from the start.
    :param location: the marketplace's place that restocked units lie at, empty if
        unknown.
    """

    key: str
    external_id: str
    order: str
    verb: ReturnVerb
    lines: tuple[ReturnedUnits, ...] = ()
    exchanges: tuple[tuple[str, int], ...] = ()
    location: str = ""
    decline_reason: DeclineReason | None = None
    note: str = ""
    notify: bool = True
