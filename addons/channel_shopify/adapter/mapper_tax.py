"""Discounts and taxes of order and shipping lines."""

from collections import Counter, defaultdict
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from odoo.addons.channel_base.adapter.canonical import (
    Discount,
    LineKind,
    Money,
    ShippingLine,
    Tax,
)

from .mapper_common import money, nodes

# ISO 4217: currencies without or with three decimals, others have two.
DECIMALS = dict.fromkeys(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ],
    0,
)
DECIMALS |= dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)

NEVER_TAXED = (LineKind.GIFT_CARD, LineKind.TIP, LineKind.ROUNDING)


def discounts(line):
    """What each discount takes off a line; allocations are the only complete source
    (facts, 7)."""
    allocations = [
        (part, money(part["allocatedAmountSet"]))
        for part in nodes(line.get("discountAllocations"))
    ]
    return tuple(
        Discount(
            title=application.get("title") or application.get("code") or "",
            code=application.get("code") or "",
            amount=taken,
        )
        for part, taken in allocations
        if taken.amount
        for application in [part.get("discountApplication") or {}]
    )


def taxes(tax_lines):
    """Taxes as charged. The amount is the truth: a rate that charged nothing was not
    applied, while a rate of zero is a tax of its own."""
    return tuple(
        Tax(
            title=tax.get("title") or "",
            amount=money(tax["priceSet"]),
            rate=None if tax.get("rate") is None else Decimal(tax["rate"]),
            remitted=bool(tax.get("channelLiable")),
        )
        for tax in nodes(tax_lines)
        if Decimal(tax["priceSet"]["money"]["amount"]) or not Decimal(tax["rate"] or 0)
    )


def settle_taxes(
    lines, shipping, order_taxes, tax_total, *, included, untaxed=frozenset()
):
    """Give every line its own share of tax where the shop reports it otherwise.

    In some shops the whole tax sits on the first line, in others only on the order.
    Then the order's taxes are shared out in proportion to what each line costs. Where
    the order's taxes were only rounded otherwise than the lines', every line keeps its
    own ones.

    :param lines: ``OrderLine`` list;
    :param shipping: ``ShippingLine`` list.
    :param order_taxes: ``Tax`` tuple of the order;
    :param tax_total: ``Money``.
    :param included: prices hold the tax;
    :param untaxed: ids of lines that bear none.
    :return: (lines, shipping), the same ones where nothing is to be put right.
    """
    everything = [*lines, *shipping]
    goods = [_base(line, untaxed) for line in lines]
    freight = [_base(line, untaxed) for line in shipping]
    charged = sum(tax.amount.amount for line in everything for tax in line.taxes)
    stated = sum(tax.amount.amount for tax in order_taxes)
    lumped = _lumped(everything, goods + freight, included)
    if stated != tax_total.amount:
        return lines, shipping
    unit = unit_of(tax_total.currency)
    settled = None if lumped else _with_cents(everything, order_taxes, unit)
    if settled:
        return settled[: len(lines)], settled[len(lines) :]
    if charged == stated and not lumped:
        return lines, shipping
    rate = _effective_rate(order_taxes, included)
    untaxed_freight = [Decimal(0)] * len(shipping)
    bases = min(
        (goods + freight, goods + untaxed_freight),
        key=lambda weights: abs(rate * sum(weights) - stated),
    )
    shared = _share_out(everything, bases, order_taxes)
    return shared[: len(lines)], shared[len(lines) :]


def net(line):
    """What a line or shipping line costs after discounts, an exact decimal."""
    is_shipping = isinstance(line, ShippingLine)
    gross = line.price.amount if is_shipping else line.unit_price.amount * line.quantity
    return gross - sum(discount.amount.amount for discount in line.discounts)


def _base(line, untaxed):
    """What tax is charged on: nothing on liabilities, gifts and untaxed lines."""
    if getattr(line, "kind", None) in NEVER_TAXED or line.external_id in untaxed:
        return Decimal(0)
    return max(net(line), Decimal(0))


def _effective_rate(taxes_, included):
    """Share of a price, as it is stated, that the taxes make up."""
    rate = sum((tax.rate for tax in taxes_ if tax.rate), Decimal(0))
    return rate / (1 + rate) if included else rate


def _lumped(lines, bases, included):
    """Whether one line carries tax that its own rate says belongs to the others too."""
    taxed = [
        index
        for index, line in enumerate(lines)
        if any(t.amount.amount for t in line.taxes)
    ]
    if len(taxed) != 1:
        return False
    own, everything = bases[taxed[0]], sum(bases)
    # of a flat levy no rate says what it belongs to
    charged = sum(tax.amount.amount for tax in lines[taxed[0]].taxes if tax.rate)
    rate = _effective_rate(lines[taxed[0]].taxes, included)
    return own < everything and rate > 0 and charged > rate * (own + everything) / 2


def _with_cents(lines, order_taxes, unit):
    """The same lines, each tax adjusted by the cents that it differs from the order's
    where its largest amount is; None where more than rounding tells them apart."""
    places, gaps = defaultdict(list), Counter()
    for tax in order_taxes:
        gaps[_name(tax)] += tax.amount.amount
    for index, line in enumerate(lines):
        for place, tax in enumerate(line.taxes):
            places[_name(tax)].append((abs(tax.amount.amount), index, place))
            gaps[_name(tax)] -= tax.amount.amount
    taken = [list(line.taxes) for line in lines]
    for name, gap in gaps.items():
        if abs(gap) > unit * len(places[name]):
            return None
        if gap:
            _size, index, place = max(places[name])
            tax = taken[index][place]
            more = Money(tax.amount.amount + gap, tax.amount.currency)
            taken[index][place] = replace(tax, amount=more)
    return [
        replace(line, taxes=tuple(own)) for line, own in zip(lines, taken, strict=True)
    ]


def _name(tax):
    return tax.title, tax.rate, tax.remitted


def _share_out(lines, bases, order_taxes):
    """The same lines, each with its share of every tax; the shares add up exactly."""
    if not sum(bases):
        return lines
    shares = [[] for _line in lines]
    for tax in order_taxes:
        for taken, share in zip(shares, split(tax.amount, bases), strict=True):
            if share.amount:
                taken.append(replace(tax, amount=share))
    return [
        replace(line, taxes=tuple(taken))
        for line, taken in zip(lines, shares, strict=True)
    ]


def unit_of(currency):
    """The smallest amount of a currency."""
    return Decimal(1).scaleb(-DECIMALS.get(currency, 2))


def split(total, weights):
    """Split an amount by weights into amounts of the currency's precision that add up
    exactly.

    :param total: ``Money``;
    :param weights: non-negative decimals, not all zero.
    """
    unit = unit_of(total.currency)
    exact = [total.amount * weight / sum(weights) for weight in weights]
    parts = [value.quantize(unit, rounding=ROUND_DOWN) for value in exact]
    by_loss = sorted(
        range(len(parts)),
        key=lambda index: abs(exact[index] - parts[index]),
        reverse=True,
    )
    step = unit if total.amount > 0 else -unit
    for index in by_loss[: int((total.amount - sum(parts)) / step)]:
        parts[index] += step
    parts[by_loss[0]] += total.amount - sum(parts)
    return [Money(part, total.currency) for part in parts]
