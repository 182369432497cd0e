"""What a refund gives back, as the lines of its credit note: pure, exact, without Odoo.

A marketplace tells how much of a thing goes back and how much tax that holds, but not
of which taxes. So the refunds of an order are gone through in their order, and each
takes from what the ones before it left of every tax: nothing is left of any when all
is given back.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from ..adapter.canonical import PaymentStatus
from .lines import BookLine, Role, book_lines
from .money import part, rounded


def credit_lines(order, refund, digits):
    """Make the lines of a refund's credit note; what is given back is positive.

    :param digits: decimals of the order's currency.
    :return: tuple of ``BookLine``.
    :raises LookupError: with the id of a line that the order does not have.
    """
    known = {line.external_id for line in order.lines}
    for line in refund.lines:
        if line.line not in known:
            raise LookupError(line.line)
    remains = _Remains(order, digits)
    for earlier in sorted(order.refunds, key=turn):
        if turn(earlier) < turn(refund):
            remains.take(earlier)
    return tuple(remains.take(refund))


def worth(order, refund, digits):
    """What the credit note comes to: ``paid_back`` where the refund adds up."""
    lines = credit_lines(order, refund, digits)
    return sum((line.payable for line in lines), Decimal(0))


def paid_back(refund):
    """What was really paid back, an exact decimal; ``total`` where it was read without
    its payments."""
    if not refund.payments:
        return refund.total.amount
    return sum(
        (
            payment.amount.amount
            for payment in refund.payments
            if payment.status is PaymentStatus.SUCCESS
        ),
        Decimal(0),
    )


def is_settled(refund):
    """Whether no money of it is under way any more."""
    return all(p.status is not PaymentStatus.PENDING for p in refund.payments)


def turn(refund):
    """Refunds of an order are credited one after the other, by this key."""
    return refund.created_at, refund.external_id


@dataclass(slots=True, kw_only=True)
class _Thing:
    """A line of the order, its discounts taken off, and what is left of it.

    :param whole: its units, or the amount of what is given back by amount.
    :param taxes: what was charged, by tax key; ``left``: what did not go back yet.
    :param done: how much of ``whole`` went back, in so many ``turns``.
    """

    role: Role
    source: str = ""
    name: str = ""
    whole: Decimal = Decimal(0)
    taxes: dict = field(default_factory=dict)
    left: dict = field(default_factory=dict)
    done: Decimal = Decimal(0)
    turns: int = 0
    amount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)


class _Remains:
    """What is left of an order while refund after refund is taken from it."""

    def __init__(self, order, digits):
        self.included = order.tax_included
        self.digits = digits
        self.things = {}
        group = []
        for line in book_lines(order, digits):
            group = [*group, line] if line.role is Role.DISCOUNT else [line]
            key = group[0].role is Role.SHIPPING, line.source
            self.things[key] = _thing(group)
        self.taxes = _summed(thing.taxes for thing in self.things.values())

    def take(self, refund):
        """Take one refund off; its lines."""
        lines = [self._units(line) for line in refund.lines]
        lines += [self._shipping(line) for line in refund.shipping]
        lines += [self._duty(line) for line in refund.duties]
        return lines + [self._adjustment(line) for line in refund.adjustments]

    def _units(self, line):
        thing = self.things.get((False, line.line)) or _Thing(role=Role.PRODUCT)
        return self._line(
            thing, line.amount.amount, line.tax.amount, units=line.quantity
        )

    def _shipping(self, line):
        thing = self.things.get((True, line.line))
        if not thing:
            charged = [t.taxes for t in self.things.values() if t.role is Role.SHIPPING]
            thing = _Thing(role=Role.SHIPPING, taxes=_summed(charged))
        return self._line(thing, line.amount.amount, line.tax.amount)

    def _duty(self, line):
        """Its tax is not told: prices that hold tax hold it in proportion."""
        thing = self.things.get((False, line.line)) or _Thing(role=Role.DUTY)
        tax = Decimal(0)
        if self.included:
            back = thing.done + line.amount.amount
            charged = sum(thing.taxes.values(), Decimal(0))
            tax = part(charged, back, thing.whole, self.digits) - thing.tax
        return self._line(thing, line.amount.amount, tax)

    def _adjustment(self, line):
        kept, tax = (
            rounded(money.amount, self.digits) for money in (line.amount, line.tax)
        )
        taxes = _split(-tax, self.taxes, self.digits) if tax else {}
        thing = _Thing(role=Role.ADJUSTMENT, name=line.reason)
        return self._book(thing, 1, -kept, -tax, taxes)

    def _line(self, thing, amount, tax, units=None):
        """Take from a thing.

        :param units: how many of its units, None for what is given back by amount.
        """
        thing.turns += 1
        thing.done += amount if units is None else units
        gone = thing.amount, thing.tax
        thing.amount += amount
        thing.tax += tax
        amount, tax = (
            rounded(now, self.digits) - rounded(before, self.digits)
            for now, before in zip((thing.amount, thing.tax), gone, strict=True)
        )
        taxes = self._taxes(thing, tax)
        thing.left = {
            key: left - taxes.get(key, Decimal(0)) for key, left in thing.left.items()
        }
        return self._book(thing, units or 1, amount, tax, taxes)

    def _taxes(self, thing, tax):
        """Which taxes go back.

        The last units take all that is left, though the marketplace may have rounded
        the tax of each refund by itself. More tax than is left goes in proportion to
        what was charged: a refund that failed and was repeated, or the tax of other
        lines where the marketplace tells all of it with one.
        """
        left = sum(thing.left.values(), Decimal(0))
        odd_cents = Decimal(thing.turns).scaleb(-self.digits)
        if thing.done == thing.whole and abs(tax - left) <= odd_cents:
            return dict(thing.left)
        if left and 0 <= tax / left <= 1:
            return _split(tax, thing.left, self.digits)
        weights = thing.taxes
        if tax and not sum(weights.values()):
            weights = {**weights, **self.taxes}
        return _split(tax, weights, self.digits)

    def _book(self, thing, quantity, amount, tax, taxes):
        """The line that gives back ``amount``, and ``tax`` on top if not included."""
        total = amount
        if not self.included:
            total += tax - sum(taxes.values(), Decimal(0))
        return BookLine(
            role=thing.role,
            source=thing.source,
            name=thing.name,
            quantity=quantity,
            unit_price=total / quantity,
            total=total,
            included=self.included,
            taxes=taxes,
        )


def _thing(group):
    """What a line and its discounts come to."""
    goods, taxes = group[0], _summed(line.taxes for line in group)
    by_amount = goods.role in (Role.SHIPPING, Role.DUTY)
    net = sum((line.total for line in group), Decimal(0))
    return _Thing(
        role=goods.role,
        source=goods.source,
        name=goods.name,
        whole=net if by_amount else Decimal(goods.quantity),
        taxes=taxes,
        left=dict(taxes),
    )


def _summed(groups):
    """Amounts by tax key, added up."""
    sums = {}
    for taxes in groups:
        for key, amount in taxes.items():
            sums[key] = sums.get(key, Decimal(0)) + amount
    return sums


def _split(amount, weights, digits):
    """Share an amount by weights; no share is more than its weight unless the amount is
    more than all of them."""
    whole = sum(weights.values(), Decimal(0))
    shares, reached, given = {}, Decimal(0), Decimal(0)
    for key, weight in weights.items():
        reached += weight
        now = part(amount, reached, whole, digits)
        shares[key], given = now - given, now
    return shares
