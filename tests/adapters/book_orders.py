"""Orders for the arithmetic of documents."""

import random
from dataclasses import replace
from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import LineKind, Money, Tax
from odoo.addons.channel_base.tests.order_factory import OrderFactory


def make(seed=1, **values):
    return OrderFactory(random.Random(seed)).order(**values)


def usd(amount):
    return Money(Decimal(amount), "USD")


def one_line(
    price="100.00", quantity=1, taxes=(), discounts=(), included=False, **values
):
    """An order of one line, with the total that follows."""
    line = replace(
        make(1, currency="USD").lines[0],
        kind=LineKind.PRODUCT,
        quantity=quantity,
        unit_price=usd(price),
        taxes=tuple(taxes),
        discounts=tuple(discounts),
    )
    tax = sum((t.amount.amount for t in taxes), Decimal(0))
    net = Decimal(price) * quantity - sum(
        (d.amount.amount for d in discounts), Decimal(0)
    )
    total = net if included else net + tax
    return make(
        1,
        currency="USD",
        included=included,
        **{
            "lines": (line,),
            "shipping": (),
            "total": usd(total),
            "tax_total": usd(tax),
            **values,
        },
    )


def vat(amount, rate="0.19", title="VAT", remitted=False):
    return Tax(
        title=title,
        amount=usd(amount),
        rate=Decimal(rate) if rate is not None else None,
        remitted=remitted,
    )
