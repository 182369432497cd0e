"""Orders as their edits left them, and the plans that follow from edits."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from odoo.addons.channel_base.adapter.canonical import (
    LineKind,
    Money,
    OrderState,
    Payment,
    PaymentKind,
    PaymentStatus,
    Refund,
    RefundLine,
    Tax,
)
from odoo.addons.channel_base.adapter.totals import control_taxes, control_total
from odoo.addons.channel_base.books.change import (
    Stage,
    StepKind,
    Way,
    Why,
    make_plan,
)
from odoo.addons.channel_base.books.edited import as_edited, paybacks_of_surplus
from odoo.addons.channel_base.tests.order_factory import BORN, DIGITS, OrderFactory

SEEDS = st.integers(min_value=0, max_value=10_000)


def made(seed, **values):
    return OrderFactory(Random(seed)).order(**values)


def digits_of(order):
    return DIGITS[order.total.currency]


def without(order, draw):
    """Some units of some lines are taken off."""
    lines = tuple(
        replace(line, cancelled=draw.randint(0, line.quantity)) for line in order.lines
    )
    return replace(order, lines=lines, edited=True)


def usd(amount):
    return Money(Decimal(amount), "USD")


def refund(order, line, units, amount="1", key="r1", **values):
    back = RefundLine(
        line=line.external_id,
        quantity=units,
        restock=False,
        amount=Money(Decimal(amount), order.total.currency),
        tax=Money(Decimal(0), order.total.currency),
    )
    return Refund(
        **{
            "external_id": key,
            "created_at": BORN,
            "total": Money(Decimal(amount), order.total.currency),
            "lines": (back,),
            **values,
        }
    )


# --- as edited ------------------------------------------------------------------------


@given(SEEDS)
def test_untouched_orders_stay_what_they_are(seed):
    order = made(seed)
    assert as_edited(order, digits_of(order)) is order


@given(SEEDS)
def test_what_is_left_adds_up(seed):
    order = made(seed)
    kept = as_edited(without(order, Random(seed)), digits_of(order))
    assert control_total(kept) == kept.total
    assert control_taxes(kept) == kept.tax_total
    for line, before in zip(kept.lines, order.lines, strict=True):
        assert 0 <= line.quantity <= before.quantity
        assert not line.cancelled


@given(SEEDS)
def test_edited_orders_stay_what_they_are(seed):
    order = made(seed)
    kept = as_edited(without(order, Random(seed)), digits_of(order))
    assert as_edited(kept, digits_of(order)) is kept


@given(SEEDS)
def test_nothing_is_left_when_all_is_taken_off(seed):
    order = replace(made(seed), shipping=())
    order = replace(order, total=control_total(order), tax_total=control_taxes(order))
    lines = tuple(replace(line, cancelled=line.quantity) for line in order.lines)
    kept = as_edited(replace(order, lines=lines, edited=True), digits_of(order))
    assert not kept.total.amount
    assert not kept.tax_total.amount


def test_units_of_a_refund_are_its_business():
    order = made(1)
    line = replace(order.lines[0], quantity=5, cancelled=3)
    lines = (line, *order.lines[1:])
    back = refund(order, line, 2)
    order = replace(order, lines=lines, refunds=(back,), edited=True)
    kept = as_edited(order, digits_of(order))
    assert (kept.lines[0].quantity, kept.lines[0].cancelled) == (4, 2)


def test_empty_refunds_of_edits_give_nothing_back():
    order = made(1)
    line = replace(order.lines[0], quantity=5, cancelled=3)
    empty = refund(order, line, 3, "0")
    order = replace(order, lines=(line, *order.lines[1:]), refunds=(empty,))
    assert as_edited(order, digits_of(order)) is order, "it credits what is not paid"
    order = replace(order, edited=True)
    assert as_edited(order, digits_of(order)).lines[0].quantity == 2


def test_refunds_that_name_money_only_are_told_by_the_units():
    order = made(1)
    line = replace(order.lines[0], quantity=5, cancelled=3)
    back = refund(order, line, 3, "7", lines=())
    order = replace(order, lines=(line, *order.lines[1:]), refunds=(back,))
    assert as_edited(order, digits_of(order)) is order


def test_units_that_came_back_later_were_sold():
    order = made(1)
    line = replace(order.lines[0], quantity=5, fulfilled=5, refunded=2)
    order = replace(order, lines=(line, *order.lines[1:]), edited=True)
    assert as_edited(order, digits_of(order)) is order


def test_nothing_is_left_of_a_cancelled_order_that_names_no_refunds():
    order = replace(made(3), state=OrderState.CANCELLED)
    kept = as_edited(order, digits_of(order))
    assert not kept.total.amount
    assert not any(line.quantity for line in kept.lines)
    lines = tuple(replace(line, cancelled=line.quantity) for line in order.lines)
    order = replace(order, lines=lines, refunds=(refund(order, lines[0], 1),))
    assert as_edited(order, digits_of(order)).lines[0].quantity


def stated(order, gap, **values):
    """Two of three units are left, and the marketplace says what that comes to."""
    tax = Tax(title="VAT", rate=Decimal("0.1"), amount=usd("0.20"))
    line = replace(
        order.lines[0],
        kind=LineKind.PRODUCT,
        quantity=3,
        cancelled=1,
        fulfilled=0,
        refunded=0,
        unit_price=usd("0.67"),
        discounts=(),
        taxes=(tax,),
    )
    order = replace(order, lines=(line,), shipping=(), refunds=(), payments=())
    order = replace(order, total=usd("2.21"), tax_total=usd("0.20"), edited=True)
    computed = as_edited(order, 2).total.amount
    return replace(order, current_total=usd(computed + Decimal(gap)), **values)


def test_a_cent_that_the_marketplace_rounds_otherwise_is_its_tax():
    order = stated(made(1, currency="USD", included=False), "0.01")
    kept = as_edited(order, 2)
    assert kept.total == order.current_total
    assert kept.total.amount - kept.tax_total.amount == Decimal("1.34")
    assert as_edited(kept, 2) is kept


def test_what_refunds_credit_is_a_part_of_the_stated_total():
    order = stated(made(1, currency="USD", included=False), "0")
    back = refund(order, order.lines[0], 1, "0.67")
    line = replace(order.lines[0], cancelled=2)
    left = usd(order.current_total.amount - Decimal("0.67"))
    order = replace(order, lines=(line,), refunds=(back,), current_total=left)
    assert as_edited(order, 2).total.amount == left.amount + Decimal("0.67")


def test_a_total_that_nothing_explains_is_told_by_the_lines():
    order = stated(made(1, currency="USD", included=False), "-0.50")
    kept = as_edited(order, 2)
    assert kept.total == order.current_total
    assert kept.total != control_total(kept)


def test_goods_on_their_way_back_may_explain_a_total():
    order = stated(made(1, currency="USD", included=False), "-0.50")
    line = replace(order.lines[0], fulfilled=1)
    kept = as_edited(replace(order, lines=(line,)), 2)
    assert kept.total == control_total(kept)


def test_a_total_that_the_lines_prove_counts():
    """Of a delivery that was taken off, the original total may still tell."""
    order = stated(made(1, currency="USD", included=False), "0")
    line = replace(order.lines[0], fulfilled=1)
    total = usd(order.total.amount + 5)
    kept = as_edited(replace(order, lines=(line,), total=total), 2)
    assert kept.total == order.current_total == control_total(kept)


def test_stated_totals_of_unedited_orders_are_those_of_returns():
    order = replace(made(1, currency="USD"), current_total=usd("0.01"))
    assert as_edited(order, 2) is order


def test_surplus_is_paid_back_once():
    order = made(1, currency="USD")
    paid = Payment(
        external_id="p",
        gateway="g",
        kind=PaymentKind.SALE,
        status=PaymentStatus.SUCCESS,
        amount=usd(order.total.amount + 10),
        created_at=BORN,
    )
    out = replace(paid, kind=PaymentKind.REFUND, amount=usd(10))
    backs = tuple(
        refund(order, order.lines[0], 1, "10", key, lines=(), payments=(out,))
        for key in ("one", "two")
    )
    order = replace(order, payments=(paid,), refunds=backs)
    assert paybacks_of_surplus(order) == {"one"}
    named = replace(backs[0], lines=refund(order, order.lines[0], 1).lines)
    assert not paybacks_of_surplus(replace(order, refunds=(named,)))


# --- plans ----------------------------------------------------------------------------


@given(SEEDS)
def test_no_difference_no_plan(seed):
    order = made(seed)
    later = replace(order, tags=("seen",), note="x", updated_at=order.updated_at)
    assert not make_plan(order, later, Stage()).steps


@given(SEEDS, SEEDS)
@settings(max_examples=50)
def test_a_plan_names_what_differs_and_nothing_else(seed, other):
    order = made(seed)
    kept = as_edited(without(order, Random(other)), digits_of(order))
    plan = make_plan(order, kept, Stage())
    changed = {
        before.external_id
        for before, after in zip(order.lines, kept.lines, strict=True)
        if before.quantity != after.quantity
    }
    assert plan.sources == changed
    assert {step.kind for step in plan.steps} <= {
        StepKind.LINE_REMOVED,
        StepKind.QUANTITY,
    }
    assert (plan.before, plan.after) == (order.total.amount, kept.total.amount)
    back = make_plan(kept, order, Stage())
    assert back.sources == changed


def test_each_kind_of_step():
    order = made(5, currency="USD")
    base = replace(order, lines=order.lines[:1], shipping=())
    line = replace(base.lines[0], quantity=2, discounts=(), taxes=())
    base = replace(base, lines=(line,))
    dearer = replace(line, unit_price=usd("99.99"))
    delivery = made(11).shipping or made(12).shipping or made(13).shipping
    kinds = {
        StepKind.LINE_ADDED: {"lines": (line, replace(line, external_id="b"))},
        StepKind.LINE_REMOVED: {"lines": ()},
        StepKind.QUANTITY: {"lines": (replace(line, quantity=3),)},
        StepKind.PRICE: {"lines": (dearer,)},
        StepKind.SHIPPING_ADDED: {"shipping": delivery},
        StepKind.SHIP_TO: {"ship_to": replace(order.ship_to, street="Elsewhere")},
        StepKind.BILL_TO: {"bill_to": replace(order.ship_to, street="Elsewhere")},
        StepKind.REFERENCE: {"po_number": "PO-1"},
    }
    for kind, change in kinds.items():
        [step] = make_plan(base, replace(base, **change), Stage()).steps
        assert (step.kind, step.way, step.why) == (kind, Way.WRITE, None)
    shipped = replace(base, shipping=delivery)
    [step] = make_plan(shipped, base, Stage()).steps
    assert step.kind is StepKind.SHIPPING_REMOVED
    cheaper = (replace(delivery[0], title="Cheap"), *delivery[1:])
    [step] = make_plan(shipped, replace(base, shipping=cheaper), Stage()).steps
    assert step.kind is StepKind.SHIPPING


@pytest.mark.parametrize(
    ("stage", "way", "why"),
    [
        (Stage(confirmed=False), Way.WRITE, None),
        (Stage(delivered={"a": 1}), Way.WRITE, None),
        (Stage(delivered={"a": 2}), Way.HAND, Why.SHIPPED),
        (Stage(invoiced=True), Way.CORRECT, None),
        (Stage(invoiced=True, manual=True), Way.WRITE, Why.INVOICED),
    ],
)
def test_units_taken_off_by_stage(stage, way, why):
    order = made(5)
    line = replace(order.lines[0], external_id="a", quantity=2)
    order = replace(order, lines=(line,))
    later = replace(order, lines=(replace(line, quantity=1),))
    [step] = make_plan(order, later, stage).steps
    assert (step.way, step.why) == (way, why)


@pytest.mark.parametrize(
    ("stage", "way", "why"),
    [
        (Stage(), Way.WRITE, None),
        (Stage(vendor=True), Way.WRITE, Why.VENDOR),
        (Stage(delivered={"a": 1}), Way.HAND, Why.ADDRESSED),
        (Stage(delivered={"a": 1}, shipping=False), Way.NOTHING, None),
    ],
)
def test_addresses_by_stage(stage, way, why):
    order = made(5)
    moved = replace(order, ship_to=replace(order.ship_to, street="Elsewhere 1"))
    [step] = make_plan(order, moved, stage).steps
    assert (step.way, step.why) == (way, why)
    assert "Elsewhere 1" in step.after


def test_shipping_progress_is_no_edit():
    order = made(5)
    lines = tuple(replace(line, fulfilled=line.quantity) for line in order.lines)
    assert not make_plan(order, replace(order, lines=lines), Stage()).steps


def test_discounts_in_another_order_are_no_edit():
    order = made(5)
    line = next(x for s in range(200) for x in made(s).lines if len(x.discounts) > 1)
    order = replace(order, lines=(line,))
    turned = replace(line, discounts=line.discounts[::-1], taxes=line.taxes[::-1])
    assert not make_plan(order, replace(order, lines=(turned,)), Stage()).steps
