"""May an order become a sale order now? What the channel's policy says, without
Odoo."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..adapter.canonical import OrderState, PaymentState, PaymentStatus, RiskLevel

PAID = frozenset(
    {PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED}
)
AUTHORISED = PAID | {PaymentState.AUTHORIZED, PaymentState.PARTIALLY_PAID}
PAYMENT_STATES = {
    "any": frozenset(PaymentState),
    "authorized": AUTHORISED,
    "paid": PAID,
}
RISKS = {
    "never": frozenset(),
    "cancel": frozenset({RiskLevel.CANCEL}),
    "investigate": frozenset({RiskLevel.CANCEL, RiskLevel.INVESTIGATE}),
}
LARGEST_QUANTITY = 1_000_000


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of a channel that decide.

    :param sources: what becomes of the orders of each source, by its code: ``import``,
        ``books``, ``hold`` or ``ignore``.
    :param hold_preorders: orders wait until the last of their goods may be shipped.
    """

    import_payment: str
    hold_risk: str
    hold_on_hold: bool
    import_test_orders: bool
    max_order_lines: int
    sources: Mapping[str, str] = field(default_factory=dict)
    hold_preorders: bool = False


def standing(order, policy, *, released=False):
    """Where an order that has no documents yet stands.

    :param released: a person let it pass: holds count no more.
    :return: state of ``channel.order`` and why it waits: a tuple of codes.
    """
    if order.state is OrderState.CANCELLED:
        return "cancelled", ()
    source = policy.sources.get(order.source)
    if source == "ignore" and not released:
        return "ignored", ()
    wrong = _unreadable(order)
    if wrong:
        return "blocked", wrong
    if policy.max_order_lines and len(order.lines) > policy.max_order_lines:
        return "held", ("too_large",)
    unpaid = order.payment_state not in PAYMENT_STATES[policy.import_payment]
    # a company that is to pay later has agreed to pay
    if order.terms and policy.import_payment == "authorized":
        unpaid = order.payment_state not in AUTHORISED | {PaymentState.PENDING}
    if order.state is OrderState.PENDING or unpaid:
        return "pending", ()
    reasons = () if released else _holds(order, policy)
    return ("held", reasons) if reasons else ("new", ())


def _holds(order, policy):
    reasons = []
    if order.cancel_wish is not None:
        reasons.append("cancel_wish")
    if order.risk in RISKS[policy.hold_risk]:
        reasons.append("risk")
    if order.holds and policy.hold_on_hold:
        reasons.append("on_hold")
    if policy.hold_preorders and any(map(is_scheduled, order.lines)):
        reasons.append("scheduled")
    if order.test and not policy.import_test_orders:
        reasons.append("test")
    if policy.sources.get(order.source) == "hold":
        reasons.append("source")
    return tuple(reasons)


def is_scheduled(line):
    """Are units of a line to be shipped, but not yet?"""
    return bool(line.ship_after) and line.quantity > line.cancelled + line.fulfilled


def _unreadable(order):
    """Contradictions that no document can be made of."""
    reasons = []
    if not all(0 <= line.quantity <= LARGEST_QUANTITY for line in order.lines):
        reasons.append("quantity")
    if any(money.currency != order.total.currency for money in _amounts(order)):
        reasons.append("currency")
    return tuple(reasons)


def _amounts(order):
    yield order.tax_total
    for line in order.lines:
        yield line.unit_price
        yield from (part.amount for part in (*line.discounts, *line.taxes))
    for line in order.shipping:
        yield line.price
        yield from (part.amount for part in (*line.discounts, *line.taxes))
    yield from (
        payment.amount
        for payment in order.payments
        if payment.status is PaymentStatus.SUCCESS
    )
