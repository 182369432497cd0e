"""What is gathered for one refund before its credit note is made."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..adapter.canonical import Refund
from .order_draft import Draft


@dataclass(slots=True)
class RefundDraft(Draft):
    """One refund on its way to a credit note: its ``books`` are the lines to credit.

    :param refund: as the channel tells it. :param due: what was or is being paid back.
    :param invoices: the posted invoices of the order. :param credit: its credit note,
        if there is one.
    """

    refund: Refund | None = None
    due: Decimal = Decimal(0)
    invoices: Any = None
    credit: Any = None
