"""Taxes that prices hold and that a marketplace does not tell. Pure, exact, without
Odoo."""

from dataclasses import replace
from decimal import Decimal

from ..adapter.canonical import Money, Tax
from .money import rounded

TITLE = "VAT"


def reckoned(order, rates, digits):
    """The same order with the taxes that its prices hold.

    :param rates: fraction by external line id; what has none (charges, delivery) has
        the rate of the goods that cost most, as it goes with them.
    :param digits: decimals of the order's currency.
    """
    main = _main_rate(order, rates)
    lines = tuple(
        _with_tax(
            line,
            replace(line.unit_price, amount=line.unit_price.amount * line.quantity),
            rates.get(line.external_id, main),
            digits,
        )
        for line in order.lines
    )
    shipping = tuple(
        _with_tax(line, line.price, main, digits) for line in order.shipping
    )
    total = sum(
        (tax.amount.amount for line in (*lines, *shipping) for tax in line.taxes),
        Decimal(0),
    )
    return replace(
        order,
        lines=lines,
        shipping=shipping,
        tax_total=Money(total, order.total.currency),
    )


def _main_rate(order, rates):
    rated = [line for line in order.lines if line.external_id in rates]
    if not rated:
        return Decimal(0)
    dearest = max(rated, key=lambda line: line.unit_price.amount * line.quantity)
    return rates[dearest.external_id]


def _with_tax(line, gross, rate, digits):
    """:param gross: ``Money`` before discounts."""
    paid = gross.amount - sum((d.amount.amount for d in line.discounts), Decimal(0))
    tax = rounded(paid * rate / (1 + rate), digits)
    if not tax:
        return line
    amount = replace(gross, amount=tax)
    return replace(line, taxes=(Tax(title=TITLE, amount=amount, rate=rate),))
