"""Transactions: the money that moved."""

from dataclasses import replace

from odoo.addons.channel_base.adapter.canonical import (
    Payment,
    PaymentKind,
    PaymentStatus,
)

from .ids import digits
from .mapper_common import lookup, moment, money, nodes

PAYMENT_KINDS = {
    "AUTHORIZATION": PaymentKind.AUTHORIZATION,
    "EMV_AUTHORIZATION": PaymentKind.AUTHORIZATION,
    "CAPTURE": PaymentKind.CAPTURE,
    "SALE": PaymentKind.SALE,
    "VOID": PaymentKind.VOID,
    "REFUND": PaymentKind.REFUND,
    "CHANGE": PaymentKind.CHANGE,
    "SUGGESTED_REFUND": None,  # a proposal, no money moves
}
PAYMENT_STATUSES = {
    "SUCCESS": PaymentStatus.SUCCESS,
    "PENDING": PaymentStatus.PENDING,
    "AWAITING_RESPONSE": PaymentStatus.PENDING,
    "UNKNOWN": PaymentStatus.PENDING,
    "FAILURE": PaymentStatus.FAILURE,
    "ERROR": PaymentStatus.FAILURE,
}
UNKNOWN_GATEWAY = "unknown gateway"  # journals and mappings are named after it


def payments(transactions, rounded=False):
    """The money movements among an order's or a refund's transactions.

    :param rounded: the amounts are yet to be rounded to what was handed over in cash.
    """
    mapped = []
    for transaction in nodes(transactions):
        kind = lookup(PAYMENT_KINDS, transaction["kind"], "transaction kind")
        status = lookup(PAYMENT_STATUSES, transaction["status"], "transaction status")
        if kind:
            mapped.append(_payment(transaction, kind, status, rounded))
    return tuple(mapped)


def received(payments_):
    """What the buyer has paid, before refunds; an exact decimal."""
    signs = {PaymentKind.SALE: 1, PaymentKind.CAPTURE: 1, PaymentKind.CHANGE: -1}
    return sum(
        signs.get(payment.kind, 0) * payment.amount.amount
        for payment in payments_
        if payment.status is PaymentStatus.SUCCESS
    )


def _payment(transaction, kind, status, rounded):
    paid, rounding = (
        money(transaction["amountSet"]),
        transaction.get("amountRoundingSet"),
    )
    if rounded and rounding:
        paid = replace(paid, amount=paid.amount + money(rounding).amount)
    return Payment(
        external_id=digits(transaction["id"]),
        gateway=transaction.get("gateway") or UNKNOWN_GATEWAY,
        kind=kind,
        status=status,
        amount=paid,
        created_at=moment(transaction.get("processedAt") or transaction["createdAt"]),
        reference=transaction.get("paymentId") or "",
    )
