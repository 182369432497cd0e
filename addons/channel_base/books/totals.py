"""Do the lines add up to what the channel says? Small gaps are closed, others are
named."""

from dataclasses import dataclass, replace
from decimal import Decimal

from .coarse import charged_decimals, coarsened, stated_decimals
from .conversion import tax_slack, total_slack
from .lines import Role, book_lines, described, rounding_line
from .money import rounded


@dataclass(frozen=True, slots=True)
class Books:
    """The document lines of an order, and what they still lack.

    :param total_gap: the channel's total less the lines' one, 0 when they are equal.
    :param tax_gap: the same for the taxes; a gap beyond the limit forbids the import.
    """

    lines: tuple
    total_gap: Decimal
    tax_gap: Decimal

    @property
    def exact(self):
        return not self.total_gap and not self.tax_gap

    @property
    def taxes(self):
        """Amount by tax key over all lines."""
        sums = {}
        for line in self.lines:
            for key, amount in line.taxes.items():
                sums[key] = sums.get(key, Decimal(0)) + amount
        return sums


def keep_books(
    order,
    digits,
    limit,
    *,
    rounding_name="Rounding",
    per_unit=False,
    describe=described,
):
    """Make an order's document lines and close gaps within the limit.

    A cent of tax that the lines lack goes on the largest tax; what is left of the total
    then goes on one rounding line. What the channel states more finely than documents
    here can is added up as it is, and shared out in amounts of ``digits`` then.

    :param limit: the largest gap that is closed, in the order's currency; of converted
        amounts a larger one by what their conversion explains.
    :param describe: function from an order line to its text.
    """
    how = {"per_unit": per_unit, "describe": describe}
    lines = book_lines(order, digits, **how)
    stated = stated_decimals(order)
    apart = charged_decimals(order) > digits or any(_gaps(order, lines, digits))
    if apart and lines and stated > digits:
        lines = book_lines(order, stated, **how)
        lines = _closed(order, lines, stated, limit, rounding_name).lines
        lines = coarsened(lines, digits)
        lines = [x for x in lines if x.total or x.role is not Role.ROUNDING]
    return _closed(order, lines, digits, limit, rounding_name)


def _gaps(order, lines, digits):
    """The channel's total and taxes less those of the lines."""
    total = rounded(order.total.amount, digits)
    tax_total = rounded(order.tax_total.amount, digits)
    return (
        total - sum((line.payable for line in lines), Decimal(0)),
        tax_total - sum((line.tax for line in lines), Decimal(0)),
    )


def _closed(order, lines, digits, limit, rounding_name):
    """The books of some lines, their gaps closed as far as they may be."""
    lines = list(lines)
    total_gap, tax_gap = _gaps(order, lines, digits)
    helps = order.tax_included or abs(total_gap - tax_gap) < abs(total_gap)
    if tax_gap and abs(tax_gap) <= limit + tax_slack(order, digits):
        if helps and _adjust_largest_tax(lines, tax_gap):
            total_gap -= Decimal(0) if order.tax_included else tax_gap
        tax_gap = Decimal(0)
    if total_gap and abs(total_gap) <= limit + total_slack(order, digits):
        lines.append(rounding_line(total_gap, rounding_name, order.tax_included))
        total_gap = Decimal(0)
    return Books(tuple(lines), total_gap, tax_gap)


def _adjust_largest_tax(lines, amount):
    """Add to the largest tax amount; False where there is no tax to add to."""
    candidates = [
        (abs(tax), index, key)
        for index, line in enumerate(lines)
        for key, tax in line.taxes.items()
    ]
    if not candidates:
        return False
    _size, index, key = max(candidates, key=lambda candidate: candidate[0])
    line = lines[index]
    lines[index] = replace(line, taxes={**line.taxes, key: line.taxes[key] + amount})
    return True
