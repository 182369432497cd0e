"""Money as the Orders and Listings APIs write it: texts (fact sheet, section 4)."""

from decimal import Decimal

from ..amounts import DIGITS, rounded


def money(amount, currency, decimals=False):
    """Return `{amount, currencyCode}`.

    :param decimals: write a currency without them as `380.00`
    """
    value = rounded(Decimal(amount), currency)
    if decimals and not DIGITS.get(currency, 2):
        value = value.quantize(Decimal("0.01"))
    return {"amount": f"{value:f}", "currencyCode": currency}


def amount(given):
    """Return the Decimal of `money`."""
    return Decimal(given["amount"])
