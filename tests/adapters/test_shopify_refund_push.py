"""Refunds made here and paid back at Shopify: compared first, made once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    Money,
    PaymentStatus,
    PushStatus,
    RefundPush,
    RefundPushLine,
    Restock,
)
from odoo.addons.channel_base.adapter.errors import TransientError
from odoo.addons.channel_base.books.refund import paid_back, worth

KEY = "0e1f5b6e-8c0e-4d5c-9a6e-1f2a3b4c5d6e"


def euro(amount):
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def placed(market):
    """A paid order of 3 units at 10.00 and a delivery of 5.00, taxes included."""
    return market.place(
        lines=[{**market.line(0, quantity=3), "price": "10.00", "taxes": []}],
        shipping=[{"title": "Post", "price": "5.00", "taxes": []}],
    )


def refund(market, placed, units=1, restock=Restock.NONE, **more):
    worth_ = euro(10 * units)
    line = market.read(placed).lines[0].external_id
    place = "" if restock is Restock.NONE else market.locations["Main"]
    return RefundPush(
        **{
            "key": KEY,
            "order": placed,
            "lines": (
                RefundPushLine(
                    line=line, quantity=units, restock=restock, location=place
                ),
            ),
            "worth": worth_,
            "total": worth_,
            "note": "RINV/1",
            **more,
        }
    )


def push(market, target, key="call-1", calls=None):
    (result,) = market.adapter(calls).push_refunds(key, (target,)).results
    return result


def refunds(market, placed):
    return market.read(placed).refunds


def test_units_are_paid_back_and_the_note_names_the_refund(market, placed):
    result = push(market, refund(market, placed))
    (made,) = refunds(market, placed)
    assert (result.status, result.external_id) == (PushStatus.DONE, made.external_id)
    assert KEY in made.note
    assert "RINV/1" in made.note
    order = market.read(placed)
    assert worth(order, made, 2) == paid_back(made) == Decimal("10.00")


def test_units_delivery_and_a_fee(market, placed):
    target = refund(
        market, placed, shipping=euro("5.00"), worth=euro("15.00"), total=euro("13.00")
    )
    push(market, target)
    (made,) = refunds(market, placed)
    assert made.shipping[0].amount == euro("5.00")
    assert made.adjustments[0].amount == euro("2.00")
    assert made.total == euro("13.00")


def test_sent_twice_with_the_same_key(market, placed):
    target = refund(market, placed)
    first, second = push(market, target), push(market, target)
    assert first == second
    assert len(refunds(market, placed)) == 1


def test_sent_again_with_another_key_after_a_long_time(market, placed):
    target = refund(market, placed)
    push(market, target)
    market.simulator.clock.advance(3 * 24 * 3600)
    assert push(market, target, key="call-2").status is PushStatus.DONE
    assert len(refunds(market, placed)) == 1


@pytest.mark.parametrize("fault", ["lost_answer", "http_500_after", "not_json_after"])
def test_lost_answer_is_asked_for_again(market, placed, fault):
    target = refund(market, placed)
    market.fault(fault, operations=["refundCreate"], limit=1)
    with pytest.raises(TransientError):
        push(market, target)
    assert push(market, target).status is PushStatus.DONE
    assert len(refunds(market, placed)) == 1


def test_key_that_is_busy_is_sent_again(market, placed):
    market.fault("key_busy", operations=["refundCreate"], limit=1)
    with pytest.raises(TransientError):
        push(market, refund(market, placed))
    assert not refunds(market, placed)


def test_key_that_failed_is_of_no_use_any_more(market, placed):
    market.fault("key_failed", operations=["refundCreate"], limit=1)
    target = refund(market, placed)
    assert push(market, target).status is PushStatus.SKIPPED
    assert push(market, target, key="call-2").status is PushStatus.DONE


def test_another_worth_is_refused_with_the_numbers(market, placed):
    target = refund(market, placed, worth=euro("11.00"), total=euro("11.00"))
    result = push(market, target)
    assert (result.status, result.code) == (PushStatus.REJECTED, "DIFFERS")
    assert "10" in result.message
    assert "11.00" in result.message
    assert not refunds(market, placed)


def test_a_cent_of_rounding_is_paid_as_credited(market, placed):
    target = refund(market, placed, worth=euro("10.01"), total=euro("10.01"))
    assert push(market, target).status is PushStatus.DONE
    assert refunds(market, placed)[0].total == euro("10.01")


def test_all_units_are_given_back_and_sent_again_later(market, placed):
    """Nothing of it can be suggested any more, and yet it is known."""
    target = refund(market, placed, units=3)
    first = push(market, target)
    assert push(market, target, key="call-2") == first
    assert len(refunds(market, placed)) == 1


def test_units_that_are_gone_are_refused(market, placed):
    push(market, refund(market, placed, units=3))
    again = replace(refund(market, placed, units=1), key="another")
    assert push(market, again, key="call-2").status is PushStatus.REJECTED


def test_more_than_was_paid_needs_a_decision(market, placed):
    target = refund(market, placed, units=3, total=euro("40.00"))
    refused = push(market, target)
    assert (refused.status, refused.code) == (PushStatus.REJECTED, "TOO_MUCH")
    made = push(market, replace(target, over=True), key="call-2")
    assert made.status is PushStatus.DONE
    assert refunds(market, placed)[0].total == euro("40.00")


def test_several_payments_are_shared_as_suggested(market):
    placed = market.place(
        lines=[{**market.line(0, quantity=3), "price": "10.00", "taxes": []}],
        gift_card="12.00",
    )
    push(market, refund(market, placed, units=2, total=euro("19.00")))
    (made,) = refunds(market, placed)
    found = {p.gateway: p.amount.amount for p in made.payments}
    assert found == {"gift_card": Decimal("12.0"), "shopify_payments": Decimal("7.0")}


def test_slow_gateway_leaves_the_money_pending(market, placed):
    market.shop.settings["slow_refunds"] = ["shopify_payments"]
    assert push(market, refund(market, placed)).status is PushStatus.DONE
    (made,) = refunds(market, placed)
    assert made.payments[0].status is PaymentStatus.PENDING
    market.act(placed, "finish_refunds")
    assert refunds(market, placed)[0].total == euro("10.00")


def test_unpaid_order_has_nothing_to_pay_back(market):
    placed = market.place(
        lines=[{**market.line(0), "price": "10.00", "taxes": []}], payment="unpaid"
    )
    result = push(market, refund(market, placed))
    assert result.status is PushStatus.REJECTED


def test_unknown_order_is_refused(market, placed):
    target = replace(refund(market, placed), order="1")
    assert push(market, target).code == "NO_ORDER"


def test_units_go_back_to_the_shelf(market, placed):
    before = market.stock()
    push(market, refund(market, placed, restock=Restock.CANCEL))
    (made,) = refunds(market, placed)
    assert made.lines[0].restock
    assert market.stock() != before
