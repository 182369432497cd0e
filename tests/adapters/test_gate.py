"""May an order come in now?"""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    Hold,
    Money,
    OrderState,
    PaymentState,
    PaymentStatus,
    PaymentTerms,
    RiskLevel,
    TermsKind,
)
from odoo.addons.channel_base.books import gate

from .book_orders import make, one_line

DAY = datetime(2030, 5, 1, tzinfo=UTC)
POLICY = gate.Policy(
    import_payment="authorized",
    hold_risk="cancel",
    hold_on_hold=True,
    import_test_orders=False,
    max_order_lines=1000,
    sources={"web": "import", "app": "hold", "fba": "ignore", "pos": "books"},
)


def scheduled(**line):
    order = make()
    first = replace(order.lines[0], ship_after=DAY, **line)
    return replace(order, lines=(first, *order.lines[1:]))


@pytest.mark.parametrize(
    ("source", "standing"),
    [
        ("web", ("new", ())),
        ("pos", ("new", ())),
        ("never seen", ("new", ())),
        ("", ("new", ())),
        ("app", ("held", ("source",))),
        ("fba", ("ignored", ())),
    ],
)
def test_the_source_decides(source, standing):
    assert gate.standing(make(source=source), POLICY) == standing
    assert gate.standing(make(source=source), POLICY, released=True) == ("new", ())


def test_what_is_ignored_is_ignored_before_anything_else():
    order = make(source="fba", payment_state=PaymentState.PENDING, test=True)
    assert gate.standing(order, POLICY) == ("ignored", ())
    cancelled = replace(order, state=OrderState.CANCELLED)
    assert gate.standing(cancelled, POLICY) == ("cancelled", ())


def test_pre_orders_wait_if_they_are_to():
    waiting = replace(POLICY, hold_preorders=True)
    assert gate.standing(scheduled(), POLICY) == ("new", ())
    assert gate.standing(scheduled(), waiting) == ("held", ("scheduled",))
    assert gate.standing(scheduled(), waiting, released=True) == ("new", ())
    shipped = scheduled(fulfilled=make().lines[0].quantity)
    assert gate.standing(shipped, waiting) == ("new", ())


@pytest.mark.parametrize(
    ("kind", "policy", "state"),
    [
        (TermsKind.NET, "authorized", "new"),
        (TermsKind.FIXED, "authorized", "new"),
        (TermsKind.FULFILMENT, "authorized", "new"),
        (TermsKind.RECEIPT, "authorized", "new"),
        (TermsKind.NET, "paid", "pending"),
        (TermsKind.NET, "any", "new"),
    ],
)
def test_who_pays_later_as_agreed_is_not_waited_for(kind, policy, state):
    terms = PaymentTerms(kind=kind, name="As agreed", days=30)
    order = make(payment_state=PaymentState.PENDING, terms=terms)
    policy = replace(POLICY, import_payment=policy)
    assert gate.standing(order, policy)[0] == state
    voided = replace(order, payment_state=PaymentState.VOIDED)
    if policy.import_payment != "any":
        assert gate.standing(voided, policy)[0] == "pending"


# --- payments, holds, size ------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "payment_state", "state"),
    [
        ("any", PaymentState.PENDING, "new"),
        ("authorized", PaymentState.PENDING, "pending"),
        ("authorized", PaymentState.AUTHORIZED, "new"),
        ("authorized", PaymentState.PARTIALLY_PAID, "new"),
        ("authorized", PaymentState.EXPIRED, "pending"),
        ("authorized", PaymentState.VOIDED, "pending"),
        ("paid", PaymentState.AUTHORIZED, "pending"),
        ("paid", PaymentState.PARTIALLY_PAID, "pending"),
        ("paid", PaymentState.PAID, "new"),
    ],
)
def test_payment_policy(policy, payment_state, state):
    order = make(payment_state=payment_state)
    assert gate.standing(order, replace(POLICY, import_payment=policy))[0] == state


def test_marketplace_that_says_pending_is_waited_for():
    assert gate.standing(make(state=OrderState.PENDING), POLICY)[0] == "pending"


def test_cancelled_wins_over_everything():
    order = make(
        state=OrderState.CANCELLED, test=True, payment_state=PaymentState.PENDING
    )
    assert gate.standing(order, POLICY) == ("cancelled", ())


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"risk": RiskLevel.CANCEL}, "risk"),
        ({"holds": (Hold(code="FRAUD"),)}, "on_hold"),
        ({"test": True}, "test"),
    ],
)
def test_holds_and_their_release(values, reason):
    order = make(**values)
    assert gate.standing(order, POLICY) == ("held", (reason,))
    assert gate.standing(order, POLICY, released=True) == ("new", ())


def test_risk_policies():
    order = make(risk=RiskLevel.INVESTIGATE)
    assert gate.standing(order, POLICY)[0] == "new"
    assert gate.standing(order, replace(POLICY, hold_risk="investigate"))[0] == "held"
    risky = make(risk=RiskLevel.CANCEL)
    assert gate.standing(risky, replace(POLICY, hold_risk="never"))[0] == "new"


def test_too_many_lines_are_held_even_when_released():
    policy = replace(POLICY, max_order_lines=1)
    order = one_line()
    order = replace(order, lines=order.lines * 2)
    assert gate.standing(order, policy, released=True) == ("held", ("too_large",))


def test_absurd_quantity_and_mixed_currencies_block():
    assert gate.standing(one_line(quantity=10**12), POLICY) == (
        "blocked",
        ("quantity",),
    )
    order = one_line()
    mixed = replace(order, tax_total=Money(Decimal(0), "EUR"))
    assert gate.standing(mixed, POLICY) == ("blocked", ("currency",))


def test_money_that_did_not_come_may_be_of_any_currency():
    order = one_line()
    (paid, *_rest) = order.payments
    foreign = replace(paid, external_id="try", amount=Money(Decimal(9), "EUR"))
    failed = replace(foreign, status=PaymentStatus.FAILURE)
    tried = replace(order, payments=(paid, failed))
    assert gate.standing(tried, POLICY) == ("new", ())
    came = replace(order, payments=(paid, foreign))
    assert gate.standing(came, POLICY) == ("blocked", ("currency",))
