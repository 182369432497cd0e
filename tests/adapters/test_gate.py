"""May an order come in now, by where it was made, its day and its terms?"""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    OrderState,
    PaymentState,
    PaymentTerms,
    TermsKind,
)
from odoo.addons.channel_base.books import gate
from odoo.addons.channel_base.tests.order_factory import OrderFactory

DAY = datetime(2030, 5, 1, tzinfo=UTC)
POLICY = gate.Policy(
    import_payment="authorized",
    hold_risk="cancel",
    hold_on_hold=True,
    import_test_orders=False,
    max_order_lines=1000,
    sources={"web": "import", "app": "hold", "fba": "ignore", "pos": "books"},
)


def make(**values):
    return OrderFactory(Random(1)).order(**values)


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
