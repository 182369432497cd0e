"""What happened between the state that documents were made from and a later one; what
was edited is the business of ``change``."""

from dataclasses import dataclass

from ..adapter.canonical import OrderState, PaymentState
from .edited import counted_refunds
from .payments import receipts


@dataclass(frozen=True, slots=True)
class Revision:
    """The plan that follows from a later state of an imported order.

    :param cancelled: the order was cancelled at the channel.
    :param paid: money came in, or the payment state that invoicing waits for changed.
    :param refunds: external ids of refunds that are new, or whose money has moved on.
    """

    cancelled: bool
    paid: bool
    refunds: tuple[str, ...]


def compare(applied, order):
    """Compare the applied state of an order with a later one."""
    refunds = tuple(
        r.external_id for r in counted_refunds(order) if r not in applied.refunds
    )
    cancelled = (
        order.state is OrderState.CANCELLED
        and applied.state is not OrderState.CANCELLED
    )
    return Revision(
        cancelled=cancelled,
        paid=_money(applied) != _money(order),
        refunds=refunds,
    )


def refunded(order):
    return bool(counted_refunds(order)) or order.payment_state in (
        PaymentState.REFUNDED,
        PaymentState.PARTIALLY_REFUNDED,
    )


def _money(order):
    return order.payment_state, tuple(
        (receipt.key, receipt.amount) for receipt in receipts(order)
    )
