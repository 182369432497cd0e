"""Refunds as Shopify tells them: mapped exactly, read to their end, worth what was paid
back."""

from decimal import Decimal

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    LineKind,
    Money,
    PaymentStatus,
    RefundAdjustment,
    RefundDuty,
    RefundLine,
    RefundShipping,
)
from odoo.addons.channel_base.adapter.errors import ProtocolError
from odoo.addons.channel_base.books.lines import Role
from odoo.addons.channel_base.books.refund import credit_lines, paid_back, worth
from odoo.addons.channel_shopify.adapter import mapper_order
from odoo.addons.channel_shopify.adapter.ids import gid

from .test_shopify_mapper import bag, line, payload, shipping, transaction


def euro(amount):
    return Money(Decimal(amount), "EUR")


def refund_line(number=1, **more):
    return {
        "lineItem": {"id": gid("LineItem", number)},
        "quantity": 1,
        "restockType": "RETURN",
        "location": {"id": gid("Location", 7)},
        "subtotalSet": bag("10.00"),
        "totalTaxSet": bag("1.60"),
        **more,
    }


def adjustment(amount="2.00", **more):
    return {
        "reason": "RESTOCK",
        "amountSet": bag(amount),
        "taxAmountSet": bag("0.32"),
        **more,
    }


def refund(**more):
    """A refund as ``orders.py`` completes it."""
    return {
        "id": gid("Refund", 5),
        "createdAt": "2026-11-22T10:00:00Z",
        "processedAt": "2026-11-22T10:00:00Z",
        "note": "too small",
        "refundLineItems": [refund_line()],
        "refundShippingLines": [],
        "orderAdjustments": [],
        "duties": [],
        "transactions": [],
        **more,
    }


def mapped(refund_, **more):
    lines = more.pop("lines", None) or [line(1)]
    order = mapper_order.order(payload(lines, "10.00", refunds=[refund_], **more))
    return order.refunds[0]


# --- the mapper -----------------------------------------------------------------------


def test_every_part_of_a_refund_is_told_exactly():
    found = mapped(
        refund(
            refundShippingLines=[
                {
                    "shippingLine": {"id": gid("ShippingLine", 1), "title": "DHL"},
                    "subtotalAmountSet": bag("5.00"),
                    "taxAmountSet": bag("0.80"),
                }
            ],
            orderAdjustments=[adjustment()],
        ),
        shippingLines=[shipping()],
    )
    assert found.lines == (
        RefundLine(
            line="1",
            quantity=1,
            restock=True,
            amount=euro("10"),
            tax=euro("1.6"),
            location="7",
        ),
    )
    assert found.shipping == (
        RefundShipping(line="1", amount=euro("5"), tax=euro("0.8")),
    )
    assert found.adjustments == (
        RefundAdjustment(reason="restock", amount=euro("2"), tax=euro("0.32")),
    )
    assert (found.external_id, found.note) == ("5", "too small")


def test_every_payment_back_is_told_and_only_those_that_succeeded_are_in_the_total():
    statuses = {"SUCCESS": "1.00", "PENDING": "2.00", "FAILURE": "4.00"}
    transactions = [
        transaction(amount, kind="REFUND", status=status)
        for status, amount in statuses.items()
    ]
    found = mapped(refund(transactions=[*transactions, transaction("8.00")]))
    assert [(p.status, p.amount) for p in found.payments] == [
        (PaymentStatus.SUCCESS, euro("1")),
        (PaymentStatus.PENDING, euro("2")),
        (PaymentStatus.FAILURE, euro("4")),
    ]
    assert found.total == euro("1")
    assert paid_back(found) == 1


PARTS = ["refundLineItems", "refundShippingLines", "orderAdjustments", "transactions"]


@pytest.mark.parametrize("absent", [True, False])
@pytest.mark.parametrize("name", [*PARTS, "duties", "note", "createdAt"])
def test_any_part_of_a_refund_may_be_null_or_absent(name, absent):
    given = refund()
    del given[name]
    if not absent:
        given[name] = None
    found = mapped(given)
    assert found.total == euro("0")
    assert (found.shipping, found.duties, found.adjustments) == ((), (), ())


def test_lists_with_holes_and_parts_without_names():
    found = mapped(
        refund(
            refundLineItems=[None, refund_line(location=None)],
            refundShippingLines=[
                {
                    "shippingLine": None,
                    "subtotalAmountSet": bag("5.00"),
                    "taxAmountSet": bag("0"),
                }
            ],
            orderAdjustments=[None, adjustment(reason=None)],
        )
    )
    assert [part.location for part in found.lines] == [""]
    assert [part.line for part in found.shipping] == [""]
    assert [part.reason for part in found.adjustments] == [""]


@pytest.mark.parametrize(
    "part",
    [
        {"refundLineItems": [refund_line(restockType="X")]},
        {"refundLineItems": [refund_line(restockType=None)]},
        {"orderAdjustments": [adjustment(reason="X")]},
        {"transactions": [{"kind": "X", "status": "SUCCESS"}]},
        {"transactions": [{"kind": "REFUND", "status": "X"}]},
    ],
)
def test_unknown_values_never_default(part):
    with pytest.raises(ProtocolError, match="unknown value"):
        mapped(refund(**part))


@pytest.mark.parametrize("reason", ["CUSTOMER", "DAMAGE", "REFUND_DISCREPANCY"])
def test_the_reason_of_an_adjustment(reason):
    found = mapped(refund(orderAdjustments=[adjustment(reason=reason)]))
    assert found.adjustments[0].reason == reason.lower()


def test_a_delivery_without_id_is_known_by_its_title():
    way = {**shipping(), "id": None}
    back = {
        "shippingLine": {"id": None, "title": "DHL"},
        "subtotalAmountSet": bag("5.00"),
        "taxAmountSet": bag("0"),
    }
    given = payload(
        [line(1)],
        "15.00",
        shippingLines=[way],
        refunds=[refund(refundShippingLines=[back])],
    )
    order = mapper_order.order(given)
    assert order.shipping[0].external_id == "shipping:DHL"
    assert order.refunds[0].shipping[0].line == "shipping:DHL"


def duty(number, price="3.00"):
    return {"id": gid("Duty", number), "price": bag(price), "taxLines": []}


def duty_back(number=None, amount="3.00"):
    original = number and {"id": gid("Duty", number)}
    return {"amountSet": bag(amount), "originalDuty": original}


@pytest.mark.parametrize(
    ("listed", "given_back", "expected"),
    [
        ([1, 2], 2, "duty:2"),
        ([1, 2], 9, ""),
        ([1, 2], None, ""),
        ([1], None, "duty:1"),
        ([], 9, "duty:1"),  # the order shows them as its own total: duty:<order id>
    ],
)
def test_duties_name_the_line_that_they_give_back(listed, given_back, expected):
    lines = [line(1, duties=[duty(number) for number in listed])]
    found = mapped(
        refund(duties=[duty_back(given_back)]),
        lines=lines,
        originalTotalDutiesSet=bag("3.00"),
    )
    assert found.duties == (RefundDuty(line=expected, amount=euro("3")),)


def test_duties_of_an_order_that_shows_none():
    """Its prices include them."""
    found = mapped(refund(duties=[duty_back(9)]), dutiesIncluded=True)
    assert found.duties[0].line == ""


# --- the shop -------------------------------------------------------------------------


@pytest.mark.parametrize("included", [True, False])
def test_a_refund_of_everything_with_something_kept(market, included):
    market.shop.settings["habits"] = []
    placed = market.place(
        lines=[market.line(0, quantity=2, duty="4.00"), market.line(1)],
        shipping=[{"title": "DHL", "price": "5.00"}],
        taxes_included=included,
    )
    market.act(placed, "fulfil")
    total = market.read(placed).total.amount
    market.act(
        placed,
        "refund",
        lines=[{"line": 0, "quantity": 2}, {"line": 1, "quantity": 1}],
        shipping=True,
        duties=True,
        location=f"gid://shopify/Location/{market.locations['Outlet']}",
        money=str(total - Decimal("1.50")),
    )
    order = market.read(placed)
    (found,) = order.refunds
    duties = [x.external_id for x in order.lines if x.kind is LineKind.DUTY]
    assert [part.line for part in found.duties] == duties
    assert [part.line for part in found.shipping] == [order.shipping[0].external_id]
    assert {part.location for part in found.lines} == {market.locations["Outlet"]}
    assert [part.amount.amount for part in found.adjustments] == [Decimal("1.5")]
    assert [p.amount for p in found.payments] == [found.total]
    assert worth(order, found, 2) == paid_back(found) == total - Decimal("1.50")
    roles = [part.role for part in credit_lines(order, found, 2)]
    kinds = [Role.PRODUCT] * 2 + [Role.SHIPPING, Role.DUTY, Role.ADJUSTMENT]
    assert roles == kinds


def test_units_that_were_not_restocked_went_nowhere(market):
    placed = market.place(lines=[market.line(0)])
    market.act(placed, "fulfil")
    market.act(placed, "refund", lines=[{"line": 0, "restock": "NO_RESTOCK"}])
    (part,) = market.read(placed).refunds[0].lines
    assert (part.restock, part.location) == (False, "")


def test_all_parts_of_a_refund_are_read_to_their_end(market):
    placed = market.place(
        lines=[market.line(0)],
        shipping=[{"title": f"Way {n}", "price": "1.00"} for n in range(70)],
    )
    market.act(placed, "refund", shipping=True, money="0.10")
    (node,) = market.node("Order", placed)["refunds"]
    stored = market.shop.get(node)
    (first,) = stored["orderAdjustments"]
    stored["orderAdjustments"] = [
        {**first, "id": gid("OrderAdjustment", 9_000_000 + n)} for n in range(120)
    ]
    calls = []
    adapter = market.adapter(calls=calls)
    (read,) = adapter.read_orders((placed,))
    (found,) = read.order.refunds
    ways = {part.external_id for part in read.order.shipping}
    assert {part.line for part in found.shipping} == ways
    assert (len(ways), len(found.shipping), len(found.adjustments)) == (70, 70, 120)
    asked = [call.operation for call in calls]
    assert asked.count("RefundShippingLines") == 2
    assert asked.count("RefundAdjustments") == 3


def test_a_shop_that_tells_no_duties(market):
    market.shop.settings["habits"] = ["nulls"]
    placed = market.place(lines=[market.line(0, duty="4.00")])
    market.act(placed, "refund", lines=[{"line": 0}], duties=True)
    assert market.read(placed).refunds[0].duties == ()


# --- cash rounding --------------------------------------------------------------------


@pytest.mark.parametrize("stated", ["11.62", "11.60"])
def test_what_a_till_rounds_off_is_an_adjustment(stated):
    """Transactions may be stated before or after the rounding (facts, 7)."""
    paid = transaction(stated, "-0.02", kind="REFUND")
    part = refund_line(subtotalSet=bag("10.02"), totalTaxSet=bag("1.60"))
    found = mapped(
        refund(refundLineItems=[part], transactions=[paid]), taxesIncluded=False
    )
    assert found.total == euro("11.60")
    assert found.adjustments == (
        RefundAdjustment(reason="cash_rounding", amount=euro("0.02"), tax=euro("0")),
    )
    assert paid_back(found) == Decimal("11.60")
