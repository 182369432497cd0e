"""Which money of an order is to be booked, and how much of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from ..adapter.canonical import PaymentKind, PaymentStatus
from .money import rounded


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


def bookable(receipts, digits, booked):
    """Those that are yet to be booked, in amounts of so many decimals.

    Where the channel's are finer, they add up to the rounded sum along with what is
    booked; one that comes to nothing is left out.

    :param receipts: all that go one way, received or paid back.
    :param booked: amounts by key of what is booked.
    """
    new = [receipt for receipt in receipts if receipt.key not in booked]
    if all(receipt.amount == rounded(receipt.amount, digits) for receipt in receipts):
        return new
    exact = sum((r.amount for r in receipts if r.key in booked), Decimal(0))
    done = sum((booked[r.key] for r in receipts if r.key in booked), Decimal(0))
    result = []
    for receipt in new:
        exact += receipt.amount
        amount = rounded(exact, digits) - done
        if amount > 0:
            result.append(replace(receipt, amount=amount))
            done += amount
    return result


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
