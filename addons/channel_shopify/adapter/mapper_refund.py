"""Refunds: what went back, what was kept of it, and the money that moved."""

from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import (
    LineKind,
    Money,
    PaymentKind,
    PaymentStatus,
    Refund,
    RefundAdjustment,
    RefundDuty,
    RefundLine,
    RefundShipping,
)

from .ids import digits
from .mapper_common import lookup, moment, money, nodes
from .mapper_line import duty_id, shipping_id
from .mapper_payment import payments

RESTOCKED = {
    "RETURN": True,
    "CANCEL": True,
    "LEGACY_RESTOCK": True,
    "NO_RESTOCK": False,
}
ADJUSTMENT_REASONS = {
    None: "",
    "CUSTOMER": "customer",
    "DAMAGE": "damage",
    "FULL_RETURN_BALANCING_ADJUSTMENT": "full_return_balancing_adjustment",
    "PENDING_REFUND_DISCREPANCY": "pending_refund_discrepancy",
    "REFUND_DISCREPANCY": "refund_discrepancy",
    "RESTOCK": "restock",
}


def refund(payload, currency, lines):
    """One refund; its total is what was really paid back, so that pending money is not
    booked.

    :param currency: of the order;
    :param lines: the order's canonical lines.
    """
    paybacks = tuple(
        payment
        for payment in payments(payload.get("transactions"))
        if payment.kind is PaymentKind.REFUND
    )
    done = [p.amount.amount for p in paybacks if p.status is PaymentStatus.SUCCESS]
    duties = [line.external_id for line in lines if line.kind is LineKind.DUTY]
    adjustments = nodes(payload.get("orderAdjustments"))
    return Refund(
        external_id=digits(payload["id"]),
        created_at=moment(payload.get("processedAt") or payload["createdAt"]),
        total=Money(sum(done, Decimal(0)), currency),
        lines=tuple(_line(part) for part in nodes(payload.get("refundLineItems"))),
        shipping=tuple(
            _shipping(part) for part in nodes(payload.get("refundShippingLines"))
        ),
        duties=tuple(_duty(part, duties) for part in nodes(payload.get("duties"))),
        adjustments=tuple(_adjustment(part) for part in adjustments),
        payments=paybacks,
        note=payload.get("note") or "",
    )


def _line(part):
    return RefundLine(
        line=digits(part["lineItem"]["id"]),
        quantity=part["quantity"],
        restock=lookup(RESTOCKED, part["restockType"], "restock type"),
        amount=money(part["subtotalSet"]),
        tax=money(part["totalTaxSet"]),
        location=digits((part.get("location") or {}).get("id")),
    )


def _shipping(part):
    line = part.get("shippingLine")
    return RefundShipping(
        line=shipping_id(line) if line else "",
        amount=money(part["subtotalAmountSet"]),
        tax=money(part["taxAmountSet"]),
    )


def _duty(part, known):
    """The order may show its duties only as a total: then all refunds give that one
    back.

    :param known: external ids of the order's duties.
    """
    line = duty_id(part.get("originalDuty") or {})
    if line not in known:
        line = known[0] if len(known) == 1 else ""
    return RefundDuty(line=line, amount=money(part["amountSet"]))


def _adjustment(part):
    return RefundAdjustment(
        reason=lookup(ADJUSTMENT_REASONS, part.get("reason"), "adjustment reason"),
        amount=money(part["amountSet"]),
        tax=money(part["taxAmountSet"]),
    )
