"""What a refund is credited with: the lines of what goes back, made to come to what was
paid back."""

from dataclasses import dataclass, replace
from decimal import Decimal

from ..adapter.canonical import OrderState
from .conversion import refund_slack
from .lines import rounding_line
from .money import rounded
from .payments import received
from .refund import credit_lines, is_settled, paid_back, turn

UNTIL_PAID = "pending_refund_discrepancy"


@dataclass(frozen=True, slots=True)
class Credit:
    """The lines of a refund's credit note.

    :param due: what was paid back.
    :param absorbed: what the buyer had not paid yet and does not owe any more.
    """

    lines: tuple
    due: Decimal
    absorbed: Decimal = Decimal(0)

    @property
    def worth(self):
        return sum((line.payable for line in self.lines), Decimal(0))

    @property
    def gap(self):
        """What the lines come to beyond the money; such a refund is not credited."""
        return self.worth - self.due - self.absorbed


def credit(order, refund, digits, limit=Decimal(0), rounding_name="Rounding"):
    """Make what a settled refund is credited with.

    :param digits: decimals of the order's currency.
    :param limit: the largest gap that goes on a rounding line; of converted amounts a
        larger one by what their conversion explains.
    :raises LookupError: with the id of a line that the order does not have.
    """
    made = _exact(order, refund, digits)
    if made.gap > 0:
        owed = _owed(order, refund, digits)
        if made.gap <= owed:
            return replace(made, absorbed=made.gap)
    slack = limit + refund_slack(refund, order, digits)
    if made.gap and made.due and abs(made.gap) <= slack:
        closing = rounding_line(-made.gap, rounding_name, order.tax_included)
        return replace(made, lines=(*made.lines, closing))
    return made


def _exact(order, refund, digits):
    """What is kept back until the money has moved may still be listed after that."""
    due = rounded(paid_back(refund), digits)
    made = Credit(credit_lines(order, refund, digits), due)
    kept = tuple(one for one in refund.adjustments if one.reason != UNTIL_PAID)
    if made.gap and kept != refund.adjustments:
        paid = replace(refund, adjustments=kept)
        without = Credit(credit_lines(order, paid, digits), due)
        return made if without.gap else without
    return made


def _owed(order, refund, digits):
    """What the buyer still owes for the order when this refund comes.

    Edits and cancellations take units off that leave an empty refund behind: they are
    not credited by it.
    """
    emptied = order.edited or order.state is OrderState.CANCELLED
    if emptied and not paid_back(refund):
        return Decimal(0)
    owed = rounded(order.total.amount, digits) - rounded(received(order), digits)
    for earlier in order.refunds:
        if turn(earlier) < turn(refund) and is_settled(earlier):
            owed -= max(Decimal(0), _exact(order, earlier, digits).gap)
    return owed
