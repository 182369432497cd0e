"""Orders of every kind: tills, drafts, other apps, pre-orders, bundles."""

from datetime import timedelta
from decimal import Decimal

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    FulfilmentState,
    LineKind,
    PaymentKind,
    PaymentState,
)
from odoo.addons.channel_base.adapter.totals import control_total
from odoo.addons.channel_shopify.adapter import mapper_order
from odoo.addons.channel_shopify.adapter.mapper_payment import received

from .shopify_market import ShopifyMarket, running
from .test_shopify_mapper import line, payload

DAY = 86_400


@pytest.fixture
def market():
    with running() as (simulator, url):
        yield ShopifyMarket(simulator, url)


def sold(market, *lines, **spec):
    return market.read(market.place(lines=lines or [market.line(0)], **spec))


def test_a_till_sale_is_shipped_paid_and_of_nobody(market):
    order = sold(market, till=True, location="Outlet", gateway="cash")
    assert (order.source, order.source_name) == ("pos", "Point of Sale")
    assert order.fulfilment_state is FulfilmentState.FULFILLED
    assert order.payment_state is PaymentState.PAID
    assert (order.buyer, order.ship_to, order.shipping) == (None, None, ())
    (line_,) = order.lines
    assert line_.fulfilled == line_.quantity
    assert line_.location == market.locations["Outlet"]
    assert not line_.pickup


def test_change_at_a_till_is_not_kept(market):
    order = sold(market, till=True, gateway="cash", change="7.50")
    assert {p.kind for p in order.payments} == {PaymentKind.SALE, PaymentKind.CHANGE}
    assert received(order.payments) == order.total.amount
    assert order.payment_state is PaymentState.PAID


@pytest.mark.parametrize("rounding", ["0.02", "-0.02"])
def test_cash_is_rounded_in_both_currencies(market, rounding):
    order = sold(market, till=True, gateway="cash", cash_rounding=rounding)
    plain = sold(market, till=True, gateway="card")
    (line_,) = [item for item in order.lines if item.kind is LineKind.ROUNDING]
    assert line_.unit_price.amount == Decimal(rounding)
    assert order.total.amount == plain.total.amount + Decimal(rounding)
    assert order.shop_total == order.total == control_total(order)
    assert received(order.payments) == order.total.amount


def test_a_tip_at_a_till(market):
    order = sold(market, till=True, tip="2.00", gateway="cash")
    assert [item.kind for item in order.lines] == [LineKind.PRODUCT, LineKind.TIP]
    assert control_total(order) == order.total


def test_a_draft_with_a_deposit(market):
    discount = {"kind": "manual", "title": "Staff", "type": "fixed", "value": "1"}
    order = sold(
        market,
        source_name="shopify_draft_order",
        app="Draft Orders",
        discounts=[discount],
        payment="partially_paid",
        deposit="3.00",
    )
    assert (order.source, order.source_name) == ("shopify_draft_order", "Draft Orders")
    assert order.payment_state is PaymentState.PARTIALLY_PAID
    assert [d.title for d in order.lines[0].discounts] == ["Staff"]
    assert received(order.payments) == 3


def test_an_order_of_another_app(market):
    order = sold(market, source_name="3890849", app="Bridge")
    assert (order.source, order.source_name) == ("3890849", "Bridge")


def test_a_subscription_is_named_on_its_line(market):
    order = sold(market, market.line(0, plan="Every 4 weeks"), market.line(1))
    assert [item.plan for item in order.lines] == ["Every 4 weeks", ""]


def test_a_pre_order_has_its_day(market):
    ordered = market.place(lines=[market.line(0, plan="Pre-order")], fulfil_in=30 * DAY)
    order = market.read(ordered)
    (line_,) = order.lines
    assert abs(line_.ship_after - order.ordered_at - timedelta(days=30)) < timedelta(
        minutes=1
    )
    assert not order.holds
    market.act(ordered, "ready")
    later = market.read(ordered)
    assert later.lines[0].ship_after is None
    assert later.updated_at >= order.updated_at


def test_components_say_what_they_are_part_of(market):
    group = {"title": "Gift box", "quantity": 2}
    order = sold(
        market,
        market.line(0, group=group, quantity=2),
        market.line(1, group=group, quantity=4),
        market.line(2),
    )
    first, second, third = order.lines
    assert first.group == second.group != ""
    assert (first.group_title, first.group_quantity) == ("Gift box", 2)
    assert (third.group, third.group_title, third.group_quantity) == ("", "", 0)
    assert control_total(order) == order.total


def test_what_the_buyer_fetches(market):
    order = sold(market, pickup=True, location="Outlet")
    assert order.lines[0].pickup
    assert order.lines[0].location == market.locations["Outlet"]


def test_attributes_of_order_and_line(market):
    order = sold(
        market,
        market.line(0, attributes={"Engraving": "Ünï 🎈", "_id": "7"}),
        attributes={"Gift message": "Hi\nthere", "_ga": "x"},
    )
    assert order.attributes == (("Gift message", "Hi\nthere"), ("_ga", "x"))
    assert order.lines[0].attributes == (("Engraving", "Ünï 🎈"), ("_id", "7"))


def test_a_free_order_is_paid_without_a_payment(market):
    free = {"kind": "code", "code": "FREE", "type": "percentage", "value": "100"}
    order = sold(market, discounts=[free])
    assert (order.total.amount, order.payments) == (0, ())
    assert order.payment_state is PaymentState.PAID


# --- what the schema allows to be absent ----------------------------------------------


def part(**values):
    return {
        "updatedAt": "2026-11-22T10:00:00Z",
        "lineItems": [{"lineItem": {"id": "gid://shopify/LineItem/1"}}],
        **values,
    }


@pytest.mark.parametrize("absent", ["app", "sellingPlan", "deliveryMethod"])
def test_what_may_be_null(absent):
    values = {"app": {"name": "Web"}, "fulfillmentOrders": [part(status="OPEN")]}
    item = {**line(1), absent: None}
    order = mapper_order.order(payload([item], "10.00", **{**values, absent: None}))
    assert order.lines[0].plan == ""


def test_the_first_day_of_several_counts():
    parts = [
        part(status="SCHEDULED", fulfillAt=f"2027-0{month}-01T00:00:00Z")
        for month in (3, 2)
    ]
    order = mapper_order.order(payload([line(1)], "10.00", fulfillmentOrders=parts))
    assert order.lines[0].ship_after.month == 2


def test_a_day_that_has_come_is_none():
    """Open ones carry the day, too."""
    parts = [part(status="OPEN", fulfillAt="2027-03-01T00:00:00Z")]
    order = mapper_order.order(payload([line(1)], "10.00", fulfillmentOrders=parts))
    assert order.lines[0].ship_after is None


def test_an_unknown_way_of_delivery_is_an_error():
    parts = [part(status="OPEN", deliveryMethod={"methodType": "TELEPORT"})]
    with pytest.raises(mapper_order.ProtocolError, match="TELEPORT"):
        mapper_order.order(payload([line(1)], "10.00", fulfillmentOrders=parts))
