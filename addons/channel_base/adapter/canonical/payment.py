"""Money that moved, and when it is to move."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from .base import Money, canonical, require_utc


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
