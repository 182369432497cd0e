"""Amounts in the smallest units of their currencies."""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
DIGITS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "VND"), 0),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}


def quantum(currency):
    """Return the smallest unit of a currency, e.g. Decimal('0.01')."""
    return Decimal(1).scaleb(-DIGITS.get(currency, 2))


def rounded(amount, currency):
    """Return the amount in the currency's smallest unit, half up."""
    return Decimal(amount).quantize(quantum(currency), ROUND_HALF_UP)


def shares(total, weights, currency):
    """Split a total in proportion to weights so that the parts add up to it exactly.

    :param total: Decimal, already rounded
    :param weights: list of non-negative Decimal
    :return: list of Decimal; the cumulative total is rounded, so every part is within
        one unit of its exact share
    """
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO for _ in weights]
    parts, seen, given = [], ZERO, ZERO
    for weight in weights:
        seen += weight
        upto = rounded(total * seen / whole, currency)
        parts.append(upto - given)
        given = upto
    return parts
