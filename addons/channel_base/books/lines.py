"""From a canonical order to the lines of its documents: pure, exact, without Odoo.

What an order line costs becomes one line for the goods and one negative line for every
discount on it, each with its own share of the taxes, so that the lines of any one tax
add up to what the channel charged.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from ..adapter.canonical import LineKind
from .money import rounded


class Role(str, Enum):
    """What a document line stands for; it decides the product that the line is booked
    on."""

    PRODUCT = "product"
    CUSTOM = "custom"
    GIFT_CARD = "gift_card"
    TIP = "tip"
    FEE = "fee"
    DUTY = "duty"
    ROUNDING = "rounding"  # cash rounding at a till, or what is left within the limit
    SHIPPING = "shipping"
    DISCOUNT = "discount"
    ADJUSTMENT = "adjustment"  # what a refund keeps of, or adds to, what it gives back


ROLES = {
    LineKind.PRODUCT: Role.PRODUCT,
    LineKind.CUSTOM: Role.CUSTOM,
    LineKind.GIFT_CARD: Role.GIFT_CARD,
    LineKind.TIP: Role.TIP,
    LineKind.FEE: Role.FEE,
    LineKind.DUTY: Role.DUTY,
    LineKind.ROUNDING: Role.ROUNDING,
}


@dataclass(frozen=True, slots=True)
class TaxKey:
    """What tells one tax of a channel from another."""

    title: str
    rate: Decimal | None
    remitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """One document line.

    :param source: external id of the order line or shipping line; empty for what is
        left.
    :param total: ``quantity * unit_price`` rounded; with tax if ``included``.
    :param taxes: amount by tax key.
    """

    role: Role
    source: str
    name: str
    quantity: int
    unit_price: Decimal
    total: Decimal
    included: bool
    taxes: dict

    @property
    def tax(self):
        return sum(self.taxes.values(), Decimal(0))

    @property
    def untaxed(self):
        return self.total - self.tax if self.included else self.total

    @property
    def payable(self):
        return self.total if self.included else self.total + self.tax


def shown(attributes):
    """Custom attributes as people may see them: a leading ``_`` hides one."""
    return [f"{key}: {value}" for key, value in attributes if key[:1] != "_"]


def described(line):
    """What a document line says: its title, and the attributes of an order line."""
    return "\n".join([line.title, *shown(line.attributes)])


def book_lines(order, digits, *, per_unit=False, describe=described):
    """Make the document lines of an order.

    :param digits: decimals of the order's currency.
    :param per_unit: discounts are booked per unit of their line, so that parts of the
        line can be invoiced; else as one amount.
    :param describe: function from an order line to its text.
    """
    lines = []
    for line in order.lines:
        lines += _with_discounts(
            line,
            role=ROLES[line.kind],
            name=describe(line),
            quantity=line.quantity,
            price=line.unit_price.amount,
            included=order.tax_included,
            digits=digits,
            per_unit=per_unit,
        )
    for line in order.shipping:
        lines += _with_discounts(
            line,
            role=Role.SHIPPING,
            name=line.title,
            quantity=1,
            price=line.price.amount,
            included=order.tax_included,
            digits=digits,
            per_unit=False,
        )
    return lines


def rounding_line(amount, name, included):
    """The one visible line for what is left."""
    return BookLine(
        role=Role.ROUNDING,
        source="",
        name=name,
        quantity=1,
        unit_price=amount,
        total=amount,
        included=included,
        taxes={},
    )


def _with_discounts(line, *, role, name, quantity, price, included, digits, per_unit):
    gross = rounded(price * quantity, digits)
    goods = BookLine(
        role=role,
        source=line.external_id,
        name=name,
        quantity=quantity,
        unit_price=price,
        total=gross,
        included=included,
        taxes={},
    )
    units = quantity if per_unit and quantity else 1
    discounts = [
        BookLine(
            role=Role.DISCOUNT,
            source=line.external_id,
            name=_discount_name(discount),
            quantity=units,
            unit_price=-discount.amount.amount / units,
            total=-rounded(discount.amount.amount, digits),
            included=included,
            taxes={},
        )
        for discount in line.discounts
        if discount.amount.amount
    ]
    return _with_taxes(goods, discounts, line.taxes, digits)


def _discount_name(discount):
    if discount.code and discount.code != discount.title:
        return f"{discount.title} ({discount.code})".strip()
    return discount.title or discount.code


def _with_taxes(goods, discounts, taxes, digits):
    """Share the taxes of a line between its goods and its discounts."""
    net = goods.total + sum((d.total for d in discounts), Decimal(0))
    charged = _charged(taxes, net, digits)
    rates = sum((key.rate or Decimal(0) for key in charged), Decimal(0))
    goods_taxes = dict(charged)
    discount_taxes = [{} for _ in discounts]
    for key, amount in charged.items():
        for discount, shares in zip(discounts, discount_taxes, strict=True):
            share = _share(key, amount, discount, net, rates, digits)
            shares[key] = share
            goods_taxes[key] -= share
    return [
        replace(goods, taxes=goods_taxes),
        *(
            replace(discount, taxes=shares)
            for discount, shares in zip(discounts, discount_taxes, strict=True)
        ),
    ]


def _charged(taxes, net, digits):
    """Amount by tax, without the taxes that the marketplace lists but did not
    charge."""
    amounts = {}
    for tax in taxes:
        key = TaxKey(tax.title, tax.rate, tax.remitted)
        amount = amounts.get(key, Decimal(0)) + rounded(tax.amount.amount, digits)
        amounts[key] = amount
    return {
        key: amount
        for key, amount in amounts.items()
        if amount or not key.rate or not rounded(key.rate * net, digits)
    }


def _share(key, amount, discount, net, rates, digits):
    """What a discount takes off one tax: by its rate, else in proportion."""
    if key.rate:
        base = discount.total / (1 + rates) if discount.included else discount.total
        return rounded(base * key.rate, digits)
    return rounded(amount * discount.total / net, digits) if net else Decimal(0)
