"""What is gathered for one refund before its credit note is made."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..adapter.canonical import Refund
from .order_draft import Draft


@dataclass(slots=True)
class RefundDraft(Draft):
    """One refund on its way to a credit note: its ``books`` are the lines to credit.

    :param refund: as the channel tells it. :param due: what was paid back.
    :param absorbed: what it gives back that had not been paid.
    :param invoices: the posted invoices of the order. :param credit: its credit note,
        if there is one.
    :param obstacle: why nothing can be made of it. :param waits: for an invoice.
    """

    refund: Refund | None = None
    due: Decimal = Decimal(0)
    absorbed: Decimal = Decimal(0)
    invoices: Any = None
    credit: Any = None
    obstacle: str = ""
    waits: bool = False
