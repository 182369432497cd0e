"""What changed between the state that documents were made from and a later one."""

from collections import Counter
from dataclasses import dataclass

from ..adapter.canonical import OrderState, PaymentState
from .payments import receipts


@dataclass(frozen=True, slots=True)
class Revision:
    """The plan that follows from a later state of an imported order.

    :param cancelled: the order was cancelled at the channel.
    :param paid: money came in, or the payment state that invoicing waits for changed.
    :param refunds: external ids of refunds that are new, or whose money has moved on.
    :param edits: codes of what was edited: lines, amounts, address.
    """

    cancelled: bool
    paid: bool
    refunds: tuple[str, ...]
    edits: tuple[str, ...]


def compare(applied, order):
    """Compare the applied state of an order with a later one."""
    refunds = tuple(r.external_id for r in _refunds(order) if r not in applied.refunds)
    cancelled = (
        order.state is OrderState.CANCELLED
        and applied.state is not OrderState.CANCELLED
    )
    return Revision(
        cancelled=cancelled,
        paid=_money(applied) != _money(order),
        refunds=refunds,
        edits=() if cancelled else _edits(applied, order, bool(_refunds(order))),
    )


def first_seen_changed(order):
    """An order that was changed before it was first seen: codes as in ``Revision``.

    Its amounts are those of what was ordered first, its units to ship are not: no
    documents can be right for both. Units that listed refunds gave back are credited
    and taken off after the import.
    """
    given_back = Counter()
    for refund in _refunds(order):
        for part in refund.lines:
            given_back[part.line] += part.quantity
    if any(line.cancelled > given_back[line.external_id] for line in order.lines):
        return ("refunds",) if _refunds(order) else ("lines",)
    return ()


def refunded(order):
    return bool(_refunds(order)) or order.payment_state in (
        PaymentState.REFUNDED,
        PaymentState.PARTIALLY_REFUNDED,
    )


def _refunds(order):
    """Refunds proper: an edit or a cancellation may leave an empty one behind."""
    empty_ones = not order.edited and order.state is not OrderState.CANCELLED
    return [r for r in order.refunds if r.total.amount or empty_ones]


def _money(order):
    return order.payment_state, tuple(
        (receipt.key, receipt.amount) for receipt in receipts(order)
    )


def _edits(applied, order, has_refunds):
    edits = []
    if _quantities(applied, has_refunds) != _quantities(order, has_refunds):
        edits.append("lines")
    elif _amounts(applied) != _amounts(order):
        edits.append("amounts")
    if applied.ship_to != order.ship_to:
        edits.append("address")
    return tuple(edits)


def _quantities(order, has_refunds):
    """Units by line; units taken away by a refund are the refund's business."""
    return {
        line.external_id: (line.quantity, 0 if has_refunds else line.cancelled)
        for line in order.lines
    }


def _amounts(order):
    lines = {
        line.external_id: (line.unit_price, *_unordered(line)) for line in order.lines
    }
    shipping = {
        line.external_id: (line.price, *_unordered(line)) for line in order.shipping
    }
    return lines, shipping, order.total


def _unordered(line):
    """Marketplaces list the same discounts and taxes in another order now and then."""
    return sorted(map(repr, line.discounts)), sorted(map(repr, line.taxes))
