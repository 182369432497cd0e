"""Refunds: what went back, what was kept of it, and the money that moved."""

from dataclasses import replace
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


CASH_ROUNDING = "cash_rounding"


def refund(payload, currency, lines, tax_included=True):
    """One refund; its total is what was really paid back, so that pending money is not
    booked.

    :param currency: of the order;
    :param lines: the order's canonical lines;
    :param tax_included: whether the order's prices hold the taxes.
    """
    return _with_cash_rounding(_refund(payload, currency, lines), payload, tax_included)


def _refund(payload, currency, lines):
    paybacks = _paybacks(payload)
    duties = [line.external_id for line in lines if line.kind is LineKind.DUTY]
    adjustments = nodes(payload.get("orderAdjustments"))
    return Refund(
        external_id=digits(payload["id"]),
        created_at=moment(payload.get("processedAt") or payload["createdAt"]),
        total=Money(_done(paybacks), currency),
        lines=tuple(_line(part) for part in nodes(payload.get("refundLineItems"))),
        shipping=tuple(
            _shipping(part) for part in nodes(payload.get("refundShippingLines"))
        ),
        duties=tuple(_duty(part, duties) for part in nodes(payload.get("duties"))),
        adjustments=tuple(_adjustment(part) for part in adjustments),
        payments=paybacks,
        note=payload.get("note") or "",
    )


def _paybacks(payload, rounded=False):
    return tuple(
        payment
        for payment in payments(payload.get("transactions"), rounded)
        if payment.kind is PaymentKind.REFUND
    )


def _done(paybacks):
    """What was paid back, an exact decimal."""
    done = [p.amount.amount for p in paybacks if p.status is PaymentStatus.SUCCESS]
    return sum(done, Decimal(0))


def _with_cash_rounding(mapped, payload, tax_included):
    """A till rounds what it hands back; the transactions may be stated before or after
    that, which what goes back tells. What is rounded off is an adjustment."""
    rounding = sum(
        (
            money(one["amountRoundingSet"]).amount
            for one in nodes(payload.get("transactions"))
            if one.get("amountRoundingSet") and one["kind"] == "REFUND"
        ),
        Decimal(0),
    )
    if not rounding:
        return mapped
    worth = _worth(mapped, tax_included)
    paid = mapped.payments
    if _done(paid) == worth:
        paid = _paybacks(payload, rounded=True)
    total = replace(mapped.total, amount=_done(paid))
    gap = worth - total.amount
    zero = replace(total, amount=Decimal(0))
    adjustments = mapped.adjustments
    if abs(gap) == abs(rounding):
        rounded_off = replace(total, amount=gap)
        adjustments += (
            RefundAdjustment(reason=CASH_ROUNDING, amount=rounded_off, tax=zero),
        )
    return replace(mapped, total=total, payments=paid, adjustments=adjustments)


def _worth(mapped, tax_included):
    """What goes back comes to, less what is kept of it."""
    given = [*mapped.lines, *mapped.shipping]
    worth = sum((one.amount.amount for one in (*given, *mapped.duties)), Decimal(0))
    worth -= sum((one.amount.amount for one in mapped.adjustments), Decimal(0))
    if not tax_included:
        worth += sum((one.tax.amount for one in given), Decimal(0))
        worth -= sum((one.tax.amount for one in mapped.adjustments), Decimal(0))
    return worth


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
