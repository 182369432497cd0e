"""An order as its edits left it: units that were taken off without money are gone from
its amounts, too. Pure, exact, without Odoo.

Marketplaces state lines and totals as they were ordered, and beside them how many units
are gone. What a refund gives back stays in the order, because its credit note takes it
out again. What an edit took off was never to be paid: documents are made without it.
"""

from dataclasses import replace
from decimal import Decimal

from ..adapter.canonical import LineKind, Money, OrderState
from ..adapter.totals import control_total
from .coarse import charged_decimals
from .money import part, rounded
from .payments import received
from .refund import paid_back

PLAIN = (LineKind.PRODUCT, LineKind.CUSTOM, LineKind.GIFT_CARD)


def as_edited(order, digits):
    """The same order without the units that were taken off it and not refunded.

    :param digits: decimals of the order's currency.
    :return: ``Order``; its total, its taxes and the lines' amounts are those of the
        units that are left.
    """
    if _called_off(order):
        return _emptied(order)
    digits = max(digits, charged_decimals(order))
    lines, less, tax_less = [], Decimal(0), Decimal(0)
    for line, units in zip(order.lines, _removed(order), strict=True):
        kept, amount, tax = _without(line, units, digits) if units else (line, 0, 0)
        lines.append(kept)
        less += amount if order.tax_included else amount + tax
        tax_less += tax
    if less or tax_less or lines != list(order.lines):
        order = replace(
            order,
            lines=tuple(lines),
            total=_less(order.total, less),
            tax_total=_less(order.tax_total, tax_less),
        )
    return _as_stated(order, digits)


def _as_stated(order, digits):
    """What the marketplace says that an edited order comes to now, along with what its
    refunds credit, is its total: it rounds the shares of units by itself.

    A difference of more than cents counts where nothing else explains it, such as goods
    on their way back; the lines then lack it, and a person is told.
    """
    if not order.edited or not order.current_total:
        return order
    if order.state is OrderState.CANCELLED:
        return order
    stated = rounded(order.current_total.amount + _given_back(order), digits)
    gap = stated - order.total.amount
    cents = Decimal(len(order.lines) + len(order.shipping)).scaleb(-digits)
    is_rounding = abs(gap) <= cents
    if not gap or not (
        is_rounding or _is_certain(order) or control_total(order).amount == stated
    ):
        return order
    # units at whole prices leave nothing but their taxes to be rounded
    lines = (*order.lines, *order.shipping)
    is_tax = is_rounding and not (
        order.tax_included or any(line.discounts for line in lines)
    )
    return replace(
        order,
        total=_less(order.total, -gap),
        tax_total=_less(order.tax_total, -gap if is_tax else Decimal(0)),
    )


def _given_back(order):
    """What the refunds credit of lines, delivery and duties."""
    amount = Decimal(0)
    for refund in counted_refunds(order):
        named = (*refund.lines, *refund.shipping)
        amount += sum((part.amount.amount for part in (*named, *refund.duties)), 0)
        if not order.tax_included:
            amount += sum((part.tax.amount for part in named), 0)
    return amount


def _is_certain(order):
    """Nothing has left that could come back, and all parts are of the plain kinds."""
    return not any(
        line.fulfilled or line.refunded or line.kind not in PLAIN
        for line in order.lines
    ) and not any(refund.adjustments for refund in order.refunds)


def counted_refunds(order):
    """Refunds that credit what they name. Edits and cancellations may leave empty ones
    behind, which only say that units are gone."""
    emptied = order.edited or order.state is OrderState.CANCELLED
    return [r for r in order.refunds if not emptied or gives_value(r)]


def gives_value(refund):
    """Does a refund settle anything?"""
    return bool(
        refund.total.amount
        or refund.payments
        or refund.shipping
        or refund.duties
        or refund.adjustments
    )


def paybacks_of_surplus(order):
    """Refunds that give back what was paid beyond the total, after units were taken off
    for one: nothing is to be credited for them.

    :param order: as its edits left it.
    :return: set of external ids.
    """
    surplus, found = received(order) - order.total.amount, set()
    for refund in sorted(order.refunds, key=lambda r: (r.created_at, r.external_id)):
        amount = paid_back(refund)
        if refund.payments and not _names(refund) and 0 < amount <= surplus:
            found.add(refund.external_id)
            surplus -= amount
    return found


def _names(refund):
    return refund.lines or refund.shipping or refund.duties


def _called_off(order):
    """Cancelled, and no refund says of which parts it pays back: of none is anything
    left."""
    return order.state is OrderState.CANCELLED and not any(
        gives_value(refund) and (_names(refund) or refund.adjustments)
        for refund in order.refunds
    )


def _emptied(order):
    lines = tuple(
        replace(line, quantity=0, cancelled=0, discounts=(), taxes=())
        for line in order.lines
    )
    zero = Money(Decimal(0), order.total.currency)
    return replace(order, lines=lines, shipping=(), total=zero, tax_total=zero)


def _is_told_in_sums(order):
    """Refunds may name money only: of what, the units that are gone tell. But where
    something was edited, they need not be the refunds'."""
    unnamed = any(r.total.amount and not _names(r) for r in order.refunds)
    return unnamed and not order.edited


def _removed(order):
    """Units of each line that are gone and that no refund gives back."""
    if _is_told_in_sums(order):
        yield from (0 for _line in order.lines)
        return
    refunded = {}
    for refund in counted_refunds(order):
        for line in refund.lines:
            refunded[line.line] = refunded.get(line.line, 0) + line.quantity
    for line in order.lines:
        gone = line.cancelled + line.refunded - refunded.get(line.external_id, 0)
        yield max(0, min(line.cancelled, gone, line.quantity))


def _without(line, units, digits):
    """A line without some of its units.

    :return: the line, and the net amount and the tax that went with the units.
    """
    left = line.quantity - units
    price = line.unit_price.amount
    gross = rounded(price * line.quantity, digits)
    gross_gone = gross - rounded(price * left, digits)
    discounts = [discount.amount.amount for discount in line.discounts]
    net_gone = gross_gone
    if discounts:
        net_gone = part(gross - sum(discounts), units, line.quantity, digits)
    taxes = [tax.amount.amount for tax in line.taxes]
    tax_gone = part(sum(taxes, Decimal(0)), units, line.quantity, digits)
    kept = replace(
        line,
        quantity=left,
        cancelled=line.cancelled - units,
        discounts=_reduced(line.discounts, gross_gone - net_gone, digits),
        taxes=_reduced(line.taxes, tax_gone, digits),
    )
    return kept, net_gone, tax_gone


def _reduced(parts, gone, digits):
    """Take an amount off discounts or taxes, in proportion. They may be told in another
    order the next time: it does not decide which of them is rounded up."""
    parts = sorted(parts, key=lambda one: (one.title, one.amount.amount))
    whole = sum((one.amount.amount for one in parts), Decimal(0))
    reached, given, kept = Decimal(0), Decimal(0), []
    for one in parts:
        reached += one.amount.amount
        now = part(gone, reached, whole, digits)
        kept.append(replace(one, amount=_less(one.amount, now - given)))
        given = now
    return tuple(kept)


def _less(money, amount):
    return Money(money.amount - amount, money.currency) if amount else money
