"""Refunds: those that were made, and those to be made."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from .base import Money, canonical, require_utc
from .payment import Payment


class Restock(str, Enum):
    """What becomes of units that are given back."""

    NONE = "none"  # they stay where they are, or are received by the ERP alone
    CANCEL = "cancel"  # not shipped: for sale again
    RETURN = "return"  # shipped, and back on the shelf


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
