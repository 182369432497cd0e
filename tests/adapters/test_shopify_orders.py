"""Reading orders of every shape from the simulator, over HTTP."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    Address,
    FulfilmentState,
    Hold,
    LineKind,
    Money,
    OrderState,
    PaymentKind,
    PaymentState,
    PaymentStatus,
    RiskLevel,
)
from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    DataError,
    ProtocolError,
    RateLimited,
    TransientError,
)
from odoo.addons.channel_base.adapter.totals import control_taxes, control_total
from odoo.addons.channel_shopify.adapter import orders
from odoo.addons.channel_shopify.adapter.orders import FULFILMENT_ORDER

from tests.simulators.shopify import actions

from .shopify_market import VAT, number

BERLIN = {
    "first_name": "Jörg",
    "last_name": "Größe",
    "company": "Größe GmbH",
    "address1": "Straße 1",
    "address2": "2. OG",
    "city": "Berlin",
    "zip": "10115",
    "province_code": "BE",
    "country_code": "DE",
    "phone": "+493012345",
}


def exact(order):
    assert control_total(order) == order.total
    assert control_taxes(order) == order.tax_total
    return order


def amounts(parts):
    return [str(part.amount.amount.normalize()) for part in parts]


# --- what an order is made of ---------------------------------------------------------


def test_a_plain_order(market):
    placed = market.place(
        lines=[market.line(0, quantity=3, price="19.99")],
        shipping=[{"title": "DHL", "code": "DHL1", "price": "4.90", "taxes": VAT}],
        customer={"email": "j@x.example", "first_name": "Jörg", "last_name": "Größe"},
        shipping_address=BERLIN,
        billing_address={**BERLIN, "company": None, "address2": None},
        phone="+4930999",
        note="Bitte\nklingeln 🎉",
        po_number="PO-7",
        tags=["vip", "مرحبا"],
        attributes={"gift": "yes", "_hidden": "1"},
        source_name="web",
        payment="paid",
    )
    order = exact(market.read(placed))
    assert order.name == "#1001"
    assert order.state is OrderState.OPEN
    assert order.payment_state is PaymentState.PAID
    assert order.fulfilment_state is FulfilmentState.UNFULFILLED
    assert order.total == Money(Decimal("64.87"), "EUR") == order.shop_total
    assert order.tax_included
    (line,) = order.lines
    variant = market.shop.all("ProductVariant")[0]
    assert line.listing == number(variant["id"])
    assert (line.kind, line.sku) == (LineKind.PRODUCT, variant["sku"])
    assert (line.quantity, line.unit_price.amount) == (3, Decimal("19.99"))
    assert line.taxes[0].rate == Decimal("0.19")
    assert line.location == market.locations["Main"]
    (shipping,) = order.shipping
    assert (shipping.title, shipping.code) == ("DHL", "DHL1")
    assert order.ship_to == Address(
        name="Jörg Größe",
        company="Größe GmbH",
        street="Straße 1",
        street2="2. OG",
        city="Berlin",
        zip="10115",
        state_code="BE",
        country_code="DE",
        phone="+493012345",
    )
    assert order.bill_to.street2 == ""
    assert (order.buyer.name, order.buyer.email) == ("Jörg Größe", "j@x.example")
    assert order.buyer.external_id.isdigit()
    assert order.buyer.phone == "+4930999"
    assert order.note == "Bitte\nklingeln 🎉"
    assert (order.po_number, order.source) == ("PO-7", "web")
    assert Counter(order.tags) == Counter(["vip", "مرحبا"])
    assert Counter(order.attributes) == Counter([("gift", "yes"), ("_hidden", "1")])
    (payment,) = order.payments
    assert payment.kind is PaymentKind.SALE
    assert payment.status is PaymentStatus.SUCCESS
    assert payment.amount == order.total
    assert payment.gateway == "shopify_payments"


def test_discounts_come_from_their_allocations(market):
    order = exact(
        market.read(
            market.place(
                lines=[
                    market.line(0, quantity=3, price="10.00"),
                    market.line(1, price="1499.99"),
                ],
                discounts=[
                    {"kind": "code", "code": "TEN", "type": "fixed", "value": "10"},
                    {
                        "kind": "manual",
                        "title": "Sorry",
                        "type": "percentage",
                        "value": "7.5",
                        "lines": [0],
                    },
                    {
                        "kind": "automatic",
                        "title": "Free delivery",
                        "type": "percentage",
                        "value": "100",
                        "target": "shipping",
                    },
                ],
                shipping=[{"title": "DHL", "price": "4.90", "taxes": VAT}],
            )
        )
    )
    first, _second = order.lines
    assert Counter((d.title, d.code) for d in first.discounts) == Counter(
        [("TEN", "TEN"), ("Sorry", "")]
    )
    taken = [d for line in order.lines for d in line.discounts if d.code == "TEN"]
    assert sum(d.amount.amount for d in taken) == 10
    assert amounts(order.shipping[0].discounts) == ["4.9"]
    assert order.shipping[0].discounts[0].title == "Free delivery"
    assert not order.shipping[0].taxes  # a rate that charged nothing was not applied


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize(
    ("currency", "rate", "price"),
    [("EUR", "1", "19.99"), ("JPY", "163.21", "1999"), ("KWD", "0.33", "9.995")],
)
def test_currencies_and_taxes_are_exact(market, included, currency, rate, price):
    stacked = [{"title": "State", "rate": "0.0625"}, {"title": "City", "rate": "0.01"}]
    placed = market.place(
        currency=currency,
        rate=rate,
        taxes_included=included,
        lines=[
            market.line(0, quantity=7, price=price, taxes=stacked),
            market.line(1, price=price, taxes=[]),
        ],
        discounts=[{"kind": "manual", "type": "percentage", "value": "33.3"}],
        shipping=[{"title": "DHL", "price": price, "taxes": stacked}],
    )
    order = exact(market.read(placed))
    assert order.total.currency == currency
    assert {t.title for t in order.lines[0].taxes} == {"State", "City"}
    assert order.shop_total.currency == "EUR"
    in_shop_money = market.read(placed, currency_mode="shop")
    assert in_shop_money.total == order.shop_total
    assert in_shop_money.lines[0].unit_price.currency == "EUR"


def test_a_free_order_tells_its_rate_by_its_discounts(market):
    free = [{"kind": "manual", "type": "percentage", "value": "100"}]
    sold = {"lines": [market.line(0, price="200.00")], "currency": "USD", "rate": "1.6"}
    order = market.read(market.place(discounts=free, **sold))
    assert (order.total.amount, order.shop_total.amount) == (0, 0)
    assert order.rate == Decimal("1.6")
    assert market.read(market.place(**sold)).rate is None, "the totals tell it"


def test_an_order_of_a_cent_tells_its_rate_by_its_discounts(market):
    most = [{"kind": "manual", "type": "amount", "value": "199.99"}]
    sold = {"lines": [market.line(0, price="200.00")], "currency": "USD", "rate": "1.1"}
    order = market.read(market.place(discounts=most, **sold))
    assert order.total.amount == order.shop_total.amount == Decimal("0.01")
    assert abs(order.rate - Decimal("1.1")) < Decimal("0.0001")


@pytest.mark.parametrize("as_line", [True, False])
def test_a_tip_is_shown_as_one(market, as_line):
    placed = market.place(
        lines=[
            market.line(0),
            {"title": "Engraving", "price": "2.00", "requires_shipping": True},
        ],
        tip="2.00",
        tip_line=as_line,
    )
    order = exact(market.read(placed))
    tips = [line for line in order.lines if line.kind is LineKind.TIP]
    assert [(tip.quantity, tip.unit_price.amount) for tip in tips] == [(1, 2)]
    assert len(order.lines) == 3
    custom = [line for line in order.lines if line.kind is LineKind.CUSTOM]
    assert [line.title for line in custom] == ["Engraving"]


def test_gift_cards_sold_and_redeemed(market):
    order = exact(
        market.read(
            market.place(
                lines=[
                    market.line(0),
                    {"title": "Card", "price": "50", "gift_card": True},
                ],
                gift_card="20.00",
            )
        )
    )
    assert [line.kind for line in order.lines] == [LineKind.PRODUCT, LineKind.GIFT_CARD]
    paid = {payment.gateway: payment.amount.amount for payment in order.payments}
    assert paid["gift_card"] == 20
    assert sum(paid.values()) == order.total.amount


def test_fees_and_duties_are_lines(market):
    order = exact(
        market.read(
            market.place(
                lines=[market.line(0, duty="3.00"), market.line(1, duty="1.50")],
                fees=[{"name": "Green fee", "price": "0.50"}],
            )
        )
    )
    fees = [line for line in order.lines if line.kind is LineKind.FEE]
    assert [(fee.title, fee.unit_price.amount) for fee in fees] == [
        ("Green fee", Decimal("0.5"))
    ]
    duties = [line for line in order.lines if line.kind is LineKind.DUTY]
    assert sum(duty.unit_price.amount for duty in duties) == Decimal("4.5")
    ids = [line.external_id for line in order.lines]
    assert len(set(ids)) == len(ids)


def test_a_remitted_tax_says_so(market):
    liable = [{"title": "GST", "rate": "0.1", "channel_liable": True}]
    order = exact(market.read(market.place(lines=[market.line(0, taxes=liable)])))
    assert order.lines[0].taxes[0].remitted


def test_an_order_worth_nothing(market):
    order = exact(
        market.read(
            market.place(
                lines=[market.line(0)],
                discounts=[{"kind": "manual", "type": "percentage", "value": "100"}],
            )
        )
    )
    assert order.total.amount == 0
    assert order.payment_state is PaymentState.PAID
    assert not order.payments


def test_a_guest_without_anything(market):
    order = market.read(market.place(lines=[market.line(0)]))
    assert order.buyer is None
    assert order.ship_to is None


def test_a_guest_with_an_address(market):
    order = market.read(
        market.place(
            lines=[market.line(0)], email="g@x.example", billing_address=BERLIN
        )
    )
    assert order.buyer.external_id == ""
    assert (order.buyer.name, order.buyer.email) == ("Jörg Größe", "g@x.example")


def test_protected_customer_data_is_null_everywhere(market):
    market.shop.settings["protected_data"] = False
    placed = market.place(
        lines=[market.line(0)],
        customer={"email": "g@x.example", "first_name": "A"},
        shipping_address=BERLIN,
    )
    order = exact(market.read(placed))
    assert "g@x.example" not in repr(order)


def test_a_company_buys(market):
    order = market.read(
        market.place(
            lines=[market.line(0)],
            customer={"email": "b@x.example", "first_name": "B", "last_name": "Uyer"},
            company={"name": "Größe GmbH", "location": "HQ", "tax_id": "DE123456789"},
        )
    )
    assert order.buyer.company == "Größe GmbH"
    assert order.buyer.company_external_id.isdigit()
    assert order.buyer.tax_id == "DE123456789"


def test_a_deleted_product_keeps_its_sku(market):
    variant = market.shop.all("ProductVariant")[0]
    placed = market.place(lines=[market.line(0)])
    actions.delete_product(market.simulator, market.shop, id=variant["product"])
    (line,) = market.read(placed).lines
    assert (line.kind, line.listing, line.sku) == (LineKind.PRODUCT, "", variant["sku"])


def test_a_custom_line_has_no_product(market):
    placed = market.place(lines=[{"title": "Engraving", "price": "5.00"}])
    (line,) = market.read(placed).lines
    assert (line.kind, line.listing, line.sku) == (LineKind.CUSTOM, "", "")


# --- states ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payment", "state"),
    [
        ("paid", PaymentState.PAID),
        ("authorized", PaymentState.AUTHORIZED),
        ("pending", PaymentState.PENDING),
        ("partially_paid", PaymentState.PARTIALLY_PAID),
    ],
)
def test_payment_states(market, payment, state):
    spec = {"deposit": "5.00"} if payment == "partially_paid" else {}
    placed = market.place(lines=[market.line(0)], payment=payment, **spec)
    assert market.read(placed).payment_state is state


def test_risk_test_and_holds(market):
    placed = market.place(
        lines=[market.line(0)], risk="CANCEL", test=True, hold="HIGH_RISK_OF_FRAUD"
    )
    order = market.read(placed)
    assert order.risk is RiskLevel.CANCEL
    assert order.test
    assert [hold.code for hold in order.holds] == ["HIGH_RISK_OF_FRAUD"]
    market.act(placed, "release")
    later = market.read(placed)
    assert later.holds == ()
    assert later.updated_at >= order.updated_at


def test_a_hold_with_notes(market):
    placed = market.place(lines=[market.line(0)])
    market.act(placed, "hold", reason="OTHER", notes="wait for the painter")
    assert market.read(placed).holds == (
        Hold(code="OTHER", note="wait for the painter"),
    )


def test_cancelled_before_shipping(market):
    placed = market.place(lines=[market.line(0, quantity=2)])
    market.act(placed, "cancel", reason="FRAUD")
    order = exact(market.read(placed))
    assert order.state is OrderState.CANCELLED
    assert order.cancel_reason == "fraud"
    assert order.cancelled_at.tzinfo is UTC
    (line,) = order.lines
    assert (line.quantity, line.cancelled, line.refunded) == (2, 2, 0)
    assert order.payment_state is PaymentState.REFUNDED
    (refund,) = order.refunds
    assert refund.total == order.total
    assert refund.lines[0].restock


def quantities(order):
    return [(x.quantity, x.cancelled, x.refunded, x.fulfilled) for x in order.lines]


def test_units_taken_off_by_an_edit_are_cancelled(market):
    placed = market.place(lines=[market.line(0, quantity=5), market.line(1)])
    market.act(placed, "edit", set=[{"line": 0, "quantity": 3}], add=[market.line(2)])
    order = exact(market.read(placed))
    assert order.edited
    assert quantities(order) == [(5, 2, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0)]


def test_units_refunded_before_shipping_are_cancelled(market):
    placed = market.place(lines=[market.line(0, quantity=5)])
    market.act(
        placed, "refund", lines=[{"line": 0, "quantity": 2, "restock": "CANCEL"}]
    )
    assert quantities(market.read(placed)) == [(5, 2, 0, 0)]


def test_units_refunded_after_shipping_are_refunded(market):
    placed = market.place(lines=[market.line(0, quantity=5)])
    market.act(placed, "fulfil")
    market.act(
        placed, "refund", lines=[{"line": 0, "quantity": 2, "restock": "RETURN"}]
    )
    order = exact(market.read(placed))
    assert quantities(order) == [(5, 0, 2, 5)]
    assert order.fulfilment_state is FulfilmentState.FULFILLED
    assert order.payment_state is PaymentState.PARTIALLY_REFUNDED
    (refund,) = order.refunds
    assert [(x.quantity, x.restock) for x in refund.lines] == [(2, True)]
    refunds = [p for p in order.payments if p.kind is PaymentKind.REFUND]
    assert [p.amount for p in refunds] == [refund.total]


def test_a_unit_shipped_one_returned_one_open(market):
    sku = market.shop.all("ProductVariant")[0]["sku"]
    placed = market.place(lines=[market.line(0, quantity=3)])
    market.act(placed, "fulfil", lines={sku: 1})
    market.act(
        placed, "refund", lines=[{"line": 0, "quantity": 1, "restock": "CANCEL"}]
    )
    order = market.read(placed)
    assert quantities(order) == [(3, 1, 0, 1)]
    assert order.fulfilment_state is FulfilmentState.PARTIAL


def test_money_back_without_goods(market):
    placed = market.place(lines=[market.line(0)])
    market.act(placed, "refund", money="2.50")
    order = exact(market.read(placed))
    assert quantities(order) == [(1, 0, 0, 0)]
    assert [refund.total.amount for refund in order.refunds] == [Decimal("2.5")]
    assert order.refunds[0].lines == ()


def test_a_deleted_order_is_gone(market):
    placed = market.place(lines=[market.line(0)])
    market.act(placed, "delete")
    (read,) = market.adapter().read_orders((placed,))
    assert (read.order, read.error) == (None, None)


def test_each_line_goes_to_the_place_that_ships_it(market):
    placed = market.place(lines=[market.line(0)], location="Outlet")
    assert market.read(placed).lines[0].location == market.locations["Outlet"]


# --- large ----------------------------------------------------------------------------


def test_500_lines_are_all_read(market):
    lines = [{"title": f"Line {n}", "price": "1.00", "taxes": VAT} for n in range(500)]
    placed = market.place(lines=lines)
    order = exact(market.read(placed))
    assert Counter(line.title for line in order.lines) == Counter(
        f"Line {n}" for n in range(500)
    )


def test_everything_that_is_paged_is_read_to_its_end(market):
    lines = [market.line(0, quantity=120) for _line in range(60)]
    placed = market.place(
        lines=lines,
        oversell=True,
        shipping=[{"title": f"Way {n}", "price": "1.00"} for n in range(30)],
        transactions=[
            {"kind": "SALE", "status": "SUCCESS", "gateway": f"g{n}", "amount": "1.00"}
            for n in range(40)
        ],
    )
    sku = market.shop.all("ProductVariant")[0]["sku"]
    for _parcel in range(30):
        market.act(placed, "fulfil", lines={sku: 2})
    for turn in range(12):
        market.act(
            placed,
            "refund",
            lines=[
                {"line": n, "quantity": 1, "restock": "RETURN"}
                for n in range(40 + turn)
            ],
            money="0.10",
        )
    order = market.read(placed)
    assert len(order.lines) == 60
    assert len(order.shipping) == 30
    assert len([p for p in order.payments if p.kind is PaymentKind.SALE]) == 40
    assert len(order.refunds) == 12
    assert sorted(len(r.lines) for r in order.refunds) == [*range(40, 52)]
    assert {line.fulfilled for line in order.lines} == {60}
    assert {line.location for line in order.lines} == {market.locations["Main"]}


def many(market, transactions=1, fulfillments=0, refunds=0):
    """An order with that many payments, parcels and refunds."""
    market.shop.settings.update(bucket_size=20_000, restore_rate=2_000)
    placed = market.place(
        lines=[market.line(0, quantity=200)],
        oversell=True,
        transactions=[
            {"kind": "SALE", "status": "SUCCESS", "gateway": f"g{n}", "amount": "1.00"}
            for n in range(transactions)
        ],
    )
    sku = market.shop.all("ProductVariant")[0]["sku"]
    for _parcel in range(fulfillments):
        market.act(placed, "fulfil", lines={sku: 1})
    for _refund in range(refunds):
        market.act(
            placed, "refund", lines=[{"line": 0, "restock": "CANCEL"}], money="0"
        )
    return placed


def test_lists_without_pages_are_read_beyond_100(market):
    placed = many(market, transactions=120, fulfillments=110, refunds=50)
    order = market.read(placed)
    assert len([p for p in order.payments if p.kind is PaymentKind.SALE]) == 120
    assert quantities(order) == [(200, 50, 0, 110)]


@pytest.mark.parametrize("field", ["transactions", "fulfillments", "refunds"])
def test_a_list_that_may_be_longer_is_an_error(market, monkeypatch, field):
    monkeypatch.setattr(orders, "LISTED", (21, 22))
    assert market.read(many(market, **{field: 21}))
    placed = many(market, **{field: 22})
    with pytest.raises(DataError, match=f"{placed} has 22 {field} or more"):
        market.read(placed)


def test_a_batch_is_read_by_few_calls(market):
    placed, calls = market.place_orders(24), []
    assert len(list(market.adapter(calls).read_orders(tuple(placed)))) == 24
    assert [call.operation for call in calls] == ["AccessToken", *["Orders"] * 3]


# --- changes --------------------------------------------------------------------------


def test_changes_since_a_moment(market):
    first, second = market.place_orders(2)
    market.simulator.clock.advance(3600)
    market.act(first, "touch")
    since = datetime.now(UTC) + timedelta(seconds=1800)
    (change,) = market.adapter().order_changes(since)
    assert change.external_id == first != second
    assert change.updated_at > since


def test_checks_say_what_became_of_orders(market):
    refunded, shipped, cancelled = (
        market.place(lines=[market.line(0, quantity=2)]) for _ in range(3)
    )
    market.act(refunded, "refund", money="5.00")
    market.act(shipped, "fulfil", lines={market.line(0)["variant"]: 1})
    market.act(cancelled, "cancel")
    since = datetime.now(UTC) - timedelta(days=1)
    checks = {c.external_id: c for c in market.adapter().order_checks(since)}
    reads = market.adapter().read_orders((refunded, shipped, cancelled))
    for read in reads:
        check, order = checks[read.external_id], read.order
        assert check.state is order.state
        assert check.payment_state is order.payment_state
        assert check.fulfilment_state in (None, order.fulfilment_state)
        assert check.total == order.total
        assert check.placed_at == order.placed_at
        assert check.refunded.amount == sum(r.total.amount for r in order.refunds)
    assert checks[refunded].refunded.amount == 5
    assert checks[cancelled].state is OrderState.CANCELLED


def test_a_check_of_a_total_rounded_at_a_till_says_no_total(market):
    market.place(lines=[market.line(0)])
    market.fault(
        "rewrite",
        find=r'("paymentSet": ?\{"money": ?\{"amount": ?)"0\.0"',
        replace=r'\1"0.02"',
    )
    (check,) = market.adapter().order_checks(datetime.now(UTC) - timedelta(days=1))
    assert check.total is None
    assert check.payment_state is PaymentState.PAID


def test_a_fulfilment_order_leads_to_its_order(market):
    placed = market.place(lines=[market.line(0)])
    (fulfilment_order,) = market.node("Order", placed)["fulfillmentOrders"]
    named = f"{FULFILMENT_ORDER}{number(fulfilment_order)}"
    gone = f"{FULFILMENT_ORDER}999"
    reads = {
        r.external_id: r for r in market.adapter().read_orders((named, gone, placed))
    }
    assert reads[named].order.external_id == placed
    assert reads[named].order == reads[placed].order
    assert (reads[gone].order, reads[gone].error) == (None, None)


# --- faults ---------------------------------------------------------------------------


def test_a_failing_query_is_divided_until_the_culprit_is_alone(market):
    placed = market.place_orders(6)
    market.fault(
        "internal_error", shops=[market.name], operations=["nodes"], limit=3, seed=1
    )
    reads = list(market.adapter().read_orders(tuple(placed)))
    assert len(reads) == 6
    failed = [read for read in reads if read.error]
    assert all(isinstance(read.error, TransientError) for read in failed)
    assert len(failed) < 6


def test_dear_queries_are_made_smaller_and_stay_so(market):
    placed, calls = market.place_orders(24), []
    body = (
        '{"errors": [{"message": "dear", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}'
    )
    market.fault(
        "rewrite",
        shops=[market.name],
        operations=["nodes"],
        find=r"(?s)^.*$",
        replace=body,
        limit=2,
    )
    reads = list(market.adapter(calls).read_orders(tuple(placed)))
    assert all(read.order for read in reads)
    # 8 and 4 were too many: 2 + 2 + 4 of the first chunk, then 16 by twos
    assert [call.operation for call in calls].count("Orders") == 2 + 3 + 8


def test_a_lasting_failure_of_one_order_is_its_own(market):
    (placed,) = market.place_orders(1)
    market.fault("internal_error", shops=[market.name], operations=["nodes"])
    (read,) = market.adapter().read_orders((placed,))
    assert isinstance(read.error, TransientError)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("throttled", RateLimited),
        ("http_429", RateLimited),
        ("http_500", TransientError),
        ("http_502", TransientError),
        ("http_503", TransientError),
        ("not_json", TransientError),
        ("reset", TransientError),
        ("lost_answer", TransientError),
        ("partial_denied", ConfigError),
    ],
)
def test_a_fault_of_the_call_is_not_the_orders(market, fault, error):
    placed = market.place_orders(2)
    market.fault(fault, shops=[market.name], operations=["nodes"])
    with pytest.raises(error):
        list(market.adapter().read_orders(tuple(placed)))


def test_a_call_that_fails_on_the_way_keeps_what_was_read(market):
    short = market.place(lines=[market.line(0)])
    lines = [{"title": f"Line {n}", "price": "1.00"} for n in range(120)]
    long, last = market.place(lines=lines), market.place(lines=[market.line(0)])
    market.fault("not_json", shops=[market.name], operations=["order"], limit=1)
    reads = {
        read.external_id: read
        for read in market.adapter().read_orders((short, long, last, "999"))
    }
    assert reads[short].order
    assert isinstance(reads[long].error, TransientError)
    assert isinstance(reads[last].error, TransientError)
    assert isinstance(reads["999"].error, TransientError)
    again = {read.external_id: read for read in market.adapter().read_orders((long,))}
    assert len(again[long].order.lines) == 120


@pytest.mark.parametrize(
    ("find", "replace", "field"),
    [
        ('"displayFinancialStatus":"PAID"', "PAYED", "payment status"),
        ('"displayFulfillmentStatus":"UNFULFILLED"', "LOST", "fulfilment status"),
        ('"kind":"SALE"', "BARTER", "transaction kind"),
        ('"status":"SUCCESS"', "MAYBE", "transaction status"),
        ('"recommendation":"ACCEPT"', "SHRUG", "risk"),
        ('"status":"OPEN"', "AJAR", "fulfilment order"),
    ],
)
def test_an_unknown_value_names_field_and_value(market, find, replace, field):
    placed = market.place(lines=[market.line(0)])
    name = find.split(":")[0]
    market.fault(
        "rewrite",
        shops=[market.name],
        operations=["nodes"],
        find=find.replace(":", r":\s*"),
        replace=f'{name}: "{replace}"',
    )
    (read,) = market.adapter().read_orders((placed,))
    assert isinstance(read.error, ProtocolError)
    assert field in str(read.error)
    assert replace in str(read.error)
    assert read.order is None
