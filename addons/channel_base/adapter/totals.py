"""Control sums of an order: what its lines add up to, for comparison with what it
states."""

from decimal import Decimal

from .canonical import Money


def control_total(order):
    """What lines, discounts, delivery and taxes add up to.

    Equal to ``order.total`` for every order that is complete.

    :return: ``Money`` in the order's currency.
    """
    goods = sum(
        (line.unit_price.amount * line.quantity for line in order.lines), Decimal(0)
    )
    delivery = sum((line.price.amount for line in order.shipping), Decimal(0))
    discounts = sum(
        (
            discount.amount.amount
            for line in _lines(order)
            for discount in line.discounts
        ),
        Decimal(0),
    )
    taxes = Decimal(0) if order.tax_included else control_taxes(order).amount
    return Money(goods + delivery - discounts + taxes, order.total.currency)


def control_taxes(order):
    """What the taxes of all lines add up to; equal to ``order.tax_total`` for every
    complete order.

    :return: ``Money`` in the order's currency.
    """
    taxes = (tax.amount.amount for line in _lines(order) for tax in line.taxes)
    return Money(sum(taxes, Decimal(0)), order.total.currency)


def _lines(order):
    return (*order.lines, *order.shipping)
