"""Exact arithmetic with amounts of a currency that has some number of decimals."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal


def rounded(amount, digits):
    """Round half up, as Odoo and the marketplaces do.

    :param digits: decimals of the currency: 2 for EUR, 0 for JPY, 3 for KWD.
    """
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def part(total, numerator, denominator, digits):
    """The share ``numerator / denominator`` of a total, rounded.

    Parts taken as differences of growing shares add up to the total exactly.
    """
    if not denominator:
        return Decimal(0)
    return rounded(total * numerator / denominator, digits)


def shared(total, amounts, digits):
    """Round amounts so that they add up to a total: those that lose most by rounding
    down are rounded up (largest remainder).

    :param total: has ``digits`` decimals, and is less than one unit of them away from
        the sum of ``amounts``.
    """
    unit = Decimal(1).scaleb(-digits)
    shares = [amount.quantize(unit, ROUND_FLOOR) for amount in amounts]
    by_loss = sorted(range(len(shares)), key=lambda i: shares[i] - amounts[i])
    for index in by_loss[: int((total - sum(shares)) / unit)]:
        shares[index] += unit
    return shares
