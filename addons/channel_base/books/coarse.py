"""Documents in a currency that has fewer decimals here than the channel states (TWD).

Rounded each by itself, many small amounts would add up to another total. So the total
and the taxes are rounded first, and then shared out over the lines.
"""

from dataclasses import replace
from decimal import Decimal

from .lines import Role
from .money import rounded, shared


def charged_decimals(order):
    """Decimals of the finest amount that an order charges. Prices of a unit are none:
    they may be finer in any currency, and the channel rounds what lines come to."""
    amounts = [order.total, order.tax_total]
    for line in (*order.lines, *order.shipping):
        amounts += [part.amount for part in (*line.discounts, *line.taxes)]
    amounts += [line.price for line in order.shipping]
    return _decimals(amounts)


def stated_decimals(order):
    """Decimals of the finest amount that an order states, prices of a unit included."""
    prices = [line.unit_price for line in order.lines]
    return max(charged_decimals(order), _decimals(prices))


def _decimals(amounts):
    exponents = (money.amount.normalize().as_tuple().exponent for money in amounts)
    return max((-exponent for exponent in exponents), default=0)


def coarsened(lines, digits):
    """The same lines in amounts of fewer decimals, which add up to their rounded total
    and their rounded taxes.

    :param lines: document lines, at least one; discounts behind their goods.
    :param digits: decimals of the currency.
    """
    keys = list(dict.fromkeys(key for line in lines for key in line.taxes))
    by_key = [[line.taxes.get(key, Decimal(0)) for line in lines] for key in keys]
    tax = rounded(sum(map(sum, by_key), Decimal(0)), digits)
    tax_shares = shared(tax, list(map(sum, by_key)), digits)
    taxes = {
        key: _share_out(lines, amounts, share, digits)
        for key, amounts, share in zip(keys, by_key, tax_shares, strict=True)
    }
    total = rounded(sum(line.payable for line in lines), digits)
    if not lines[0].included:
        total -= tax
    totals = _share_out(lines, [line.total for line in lines], total, digits)
    return [
        replace(
            line,
            total=totals[index],
            taxes={key: taxes[key][index] for key in line.taxes},
        )
        for index, line in enumerate(lines)
    ]


def _share_out(lines, amounts, total, digits):
    """Shares of a total by line: first by goods with their discounts, so that what is
    free stays free; then discounts are rounded, and the goods bear what is left.

    :param amounts: exact ones by line, which ``total`` is the rounded sum of.
    """
    starts = [i for i, line in enumerate(lines) if line.role is not Role.DISCOUNT]
    groups = list(zip(starts, [*starts[1:], len(lines)], strict=True))
    nets = [sum(amounts[start:end]) for start, end in groups]
    shares = [rounded(amount, digits) for amount in amounts]
    for (start, end), net in zip(groups, shared(total, nets, digits), strict=True):
        shares[start] = net - sum(shares[start + 1 : end])
    return shares
