"""Transactions and refunds."""

from dataclasses import replace
from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import (
    Money,
    Payment,
    PaymentKind,
    PaymentStatus,
    Refund,
    RefundLine,
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
RESTOCKED = {
    "RETURN": True,
    "CANCEL": True,
    "LEGACY_RESTOCK": True,
    "NO_RESTOCK": False,
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


def refund(payload, currency):
    """One refund; its total is what was really paid back, so that pending money is not
    booked."""
    paid = sum(
        (
            payment.amount.amount
            for payment in payments(payload.get("transactions"))
            if (payment.kind, payment.status)
            == (PaymentKind.REFUND, PaymentStatus.SUCCESS)
        ),
        Decimal(0),
    )
    return Refund(
        external_id=digits(payload["id"]),
        created_at=moment(payload.get("processedAt") or payload["createdAt"]),
        total=Money(paid, currency),
        lines=tuple(
            _refund_line(line) for line in nodes(payload.get("refundLineItems"))
        ),
        note=payload.get("note") or "",
    )


def _refund_line(line):
    return RefundLine(
        line=digits(line["lineItem"]["id"]),
        quantity=line["quantity"],
        restock=lookup(RESTOCKED, line["restockType"], "restock type"),
        amount=money(line["subtotalSet"]),
        tax=money(line["totalTaxSet"]),
    )
