"""Price an order spec: discounts, taxes, shipping and totals, rounded as Shopify rounds
(fact sheet, section 7).

Everything here is in the presentment currency and pure. The totals identity holds
exactly: lines - allocations + shipping + fees + duties + tip (+ tax when not included)
= total.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from ..amounts import ZERO, rounded, shares

TIP = {"title": "Tip", "requires_shipping": False, "taxable": False}


@dataclass(slots=True, kw_only=True)
class PricedLine:
    """A line item or shipping line.

    :param kind: `product`, `gift_card`, `tip` or `shipping`
    :param allocations: [(index of the discount, amount)]
    :param taxes: [(tax spec, amount)]
    """

    spec: dict
    kind: str
    quantity: int
    unit: Decimal
    allocations: list = field(default_factory=list)
    taxes: list = field(default_factory=list)

    @property
    def total(self):
        return self.unit * self.quantity

    @property
    def discount(self):
        return sum((amount for _index, amount in self.allocations), ZERO)

    @property
    def discounted(self):
        return self.total - self.discount

    @property
    def tax(self):
        return sum((amount for _tax, amount in self.taxes), ZERO)


@dataclass(slots=True, kw_only=True)
class Priced:
    """A priced order."""

    currency: str
    taxes_included: bool
    lines: list
    shipping: list
    fees: Decimal = ZERO
    duties: Decimal = ZERO
    bare_tip: Decimal = ZERO

    @property
    def subtotal(self):
        return sum((line.discounted for line in self.lines if line.kind != "tip"), ZERO)

    @property
    def tip(self):
        lines = (line.discounted for line in self.lines if line.kind == "tip")
        return sum(lines, self.bare_tip)

    @property
    def shipping_total(self):
        return sum((line.discounted for line in self.shipping), ZERO)

    @property
    def discount(self):
        return sum((line.discount for line in (*self.lines, *self.shipping)), ZERO)

    @property
    def tax(self):
        return sum((line.tax for line in (*self.lines, *self.shipping)), ZERO)

    @property
    def total(self):
        due = self.subtotal + self.shipping_total + self.tip + self.fees + self.duties
        return due if self.taxes_included else due + self.tax


def price(spec, currency, taxes_included):
    """Return the `Priced` order of a spec.

    :param spec: see README.md, "Order spec"
    :param currency: presentment currency code
    """
    lines = [_line(one, currency) for one in spec["lines"]]
    tip = rounded(str(spec.get("tip") or 0), currency)
    as_line = spec.get("tip_line", True)
    if tip and as_line:
        lines.append(PricedLine(spec=TIP, kind="tip", quantity=1, unit=tip))
    priced = Priced(
        currency=currency,
        taxes_included=taxes_included,
        lines=lines,
        shipping=[_shipping(one, currency) for one in spec.get("shipping", [])],
        fees=_sum((one["price"] for one in spec.get("fees", [])), currency),
        duties=_sum((one.get("duty") or 0 for one in spec["lines"]), currency),
        bare_tip=ZERO if as_line else tip,
    )
    for index, discount in enumerate(spec.get("discounts", [])):
        _discount(priced, index, discount)
    if not spec.get("tax_exempt"):
        for line in (*lines, *priced.shipping):
            line.taxes = _taxes(line, currency, taxes_included)
    return priced


def _sum(amounts, currency):
    return sum((rounded(str(amount), currency) for amount in amounts), ZERO)


def _shipping(spec, currency):
    unit = rounded(str(spec["price"]), currency)
    return PricedLine(spec=spec, kind="shipping", quantity=1, unit=unit)


def _line(spec, currency):
    kind = "gift_card" if spec.get("gift_card") else "product"
    unit = rounded(str(spec["price"]), currency)
    return PricedLine(spec=spec, kind=kind, quantity=spec.get("quantity", 1), unit=unit)


def _discount(priced, index, spec):
    """Allocate one discount; earlier ones have already lowered the base."""
    if spec.get("target") == "shipping":
        targets = priced.shipping
    else:
        chosen = spec.get("lines")
        targets = [
            line
            for place, line in enumerate(priced.lines)
            if line.kind == "product" and (chosen is None or place in chosen)
        ]
    bases = [line.discounted for line in targets]
    for line, amount in zip(
        targets, _amounts(spec, targets, bases, priced.currency), strict=True
    ):
        if amount:
            line.allocations.append((index, amount))


def _amounts(spec, targets, bases, currency):
    value = Decimal(str(spec["value"]))
    each = spec.get("method", "ACROSS") == "EACH"
    if spec["type"] == "percentage":
        if each:
            return [rounded(base * value / 100, currency) for base in bases]
        return shares(
            rounded(sum(bases, ZERO) * value / 100, currency), bases, currency
        )
    if each:
        return [
            min(rounded(value, currency) * line.quantity, base)
            for line, base in zip(targets, bases, strict=True)
        ]
    return shares(min(rounded(value, currency), sum(bases, ZERO)), bases, currency)


def _taxes(line, currency, taxes_included):
    """Round every tax of every line by itself; a fully discounted line keeps its zero
    tax lines."""
    taxes = line.spec.get("taxes", []) if line.kind in ("product", "shipping") else []
    rates = sum((Decimal(str(tax["rate"])) for tax in taxes), ZERO)
    divisor = 1 + rates if taxes_included else Decimal(1)
    return [
        (tax, rounded(line.discounted * Decimal(str(tax["rate"])) / divisor, currency))
        for tax in taxes
    ]


def portion(amount, done, count, quantity, currency):
    """Return the share of `count` units in an amount for `quantity` units after `done`
    of them were taken.

    Cumulative rounding: the shares of all units add up to the amount.
    """
    if not quantity:
        return ZERO
    upto = rounded(amount * (done + count) / quantity, currency)
    return upto - rounded(amount * done / quantity, currency)
