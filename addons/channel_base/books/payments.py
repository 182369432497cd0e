"""Which money of an order is to be booked, and how much of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..adapter.canonical import PaymentKind, PaymentStatus


@dataclass(frozen=True, slots=True)
class Receipt:
    """One payment that was received, or paid back (``outbound``); ``key`` is the
    transaction's id at the channel."""

    key: str
    gateway: str
    amount: Decimal
    currency: str
    received_at: datetime
    reference: str
    outbound: bool = False


def receipts(order):
    """The payments that were really received in the order's currency, in the order they
    came; others cannot settle its invoice."""
    return [r for r in _all_receipts(order) if r.currency == order.total.currency]


def paybacks(order, refunds):
    """The payments that some refunds really paid back in the order's currency.

    :param refunds: their external ids.
    """
    return [
        _receipt(payment, payment.amount.amount, outbound=True)
        for refund in order.refunds
        if refund.external_id in refunds
        for payment in refund.payments
        if payment.status is PaymentStatus.SUCCESS
        and payment.amount.currency == order.total.currency
    ]


def due_back(refund):
    """What a refund pays back: all that has not failed, pending money with it."""
    if not refund.payments:
        return refund.total.amount
    return sum(
        (
            payment.amount.amount
            for payment in refund.payments
            if payment.status is not PaymentStatus.FAILURE
        ),
        Decimal(0),
    )


def foreign_receipts(order):
    """The payments that were received in another currency than the order's."""
    return [r for r in _all_receipts(order) if r.currency != order.total.currency]


def _all_receipts(order):
    """Authorisations, voids, pending and failed ones move no money. Change handed back
    at a till is taken off the payments of its gateway."""
    change = {}
    for payment in _succeeded(order, PaymentKind.CHANGE):
        given_back = change.get(payment.gateway, Decimal(0))
        change[payment.gateway] = given_back + payment.amount.amount
    received = []
    kinds = (PaymentKind.SALE, PaymentKind.CAPTURE)
    for payment in sorted(_succeeded(order, *kinds), key=lambda p: p.created_at):
        given_back = min(change.get(payment.gateway, Decimal(0)), payment.amount.amount)
        change[payment.gateway] = change.get(payment.gateway, Decimal(0)) - given_back
        amount = payment.amount.amount - given_back
        if amount > 0:
            received.append(_receipt(payment, amount))
    return received


def _receipt(payment, amount, outbound=False):
    return Receipt(
        key=payment.external_id,
        gateway=payment.gateway,
        amount=amount,
        currency=payment.amount.currency,
        received_at=payment.created_at,
        reference=payment.reference,
        outbound=outbound,
    )


def received(order):
    """What the buyer has paid, before refunds."""
    return sum((receipt.amount for receipt in receipts(order)), Decimal(0))


def kept(order):
    """What the buyer has paid and did not get back."""
    return received(order) - sum((r.total.amount for r in order.refunds), Decimal(0))


def _succeeded(order, *kinds):
    return [
        payment
        for payment in order.payments
        if payment.kind in kinds and payment.status is PaymentStatus.SUCCESS
    ]
