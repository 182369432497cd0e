"""How far amounts may differ that a marketplace converted one by one.

Each was rounded by itself, by up to half of the currency's smallest unit; a price
counts once for every unit sold at it. Nothing may differ where nothing was converted.
"""

from decimal import Decimal

from .payments import receipts


def total_slack(order, digits):
    """Between the total and its lines.

    :param digits: decimals of the order's currency.
    """
    parts = sum(line.quantity for line in order.lines) + len(order.shipping)
    parts += sum(len(line.discounts) for line in (*order.lines, *order.shipping))
    return _halves(order, parts + (0 if order.tax_included else _taxes(order)), digits)


def tax_slack(order, digits):
    """Between the total of taxes and those of the lines."""
    return _halves(order, _taxes(order), digits)


def payment_slack(order, digits):
    """Between the total and what was paid, and paid back, for it."""
    return _halves(order, len(receipts(order)) + len(order.refunds), digits)


def refund_slack(refund, order, digits):
    """Between what a refund gives back and what it pays back."""
    parts = len(refund.adjustments) + len(refund.duties) + len(refund.payments)
    things = len(refund.lines) + len(refund.shipping)
    parts += things if order.tax_included else 2 * things
    return _halves(order, parts, digits)


def _taxes(order):
    return sum(len(line.taxes) for line in (*order.lines, *order.shipping))


def _halves(order, parts, digits):
    """Half a unit for each part, and for what they add up to."""
    half = Decimal(1).scaleb(-digits) / 2
    return half * (parts + 1) if order.converted else Decimal(0)
