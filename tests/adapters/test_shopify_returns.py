"""Returns of a Shopify shop: mapped exactly, found by their orders, told once."""

from datetime import UTC, datetime, timedelta

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    DeclineReason,
    PushStatus,
    Resolution,
    ReturnAction,
    ReturnedUnits,
    ReturnState,
    ReturnVerb,
)
from odoo.addons.channel_base.adapter.errors import ProtocolError
from odoo.addons.channel_shopify.adapter import mapper_return, return_plan
from odoo.addons.channel_shopify.adapter.documents import QUERIES

from tests.simulators.shopify import order_control

NOW = "2026-11-01T10:00:00Z"


def payload(**more):
    return {
        "id": "gid://shopify/Return/7",
        "name": "#1001-R1",
        "status": "OPEN",
        "createdAt": NOW,
        "order": {"id": "gid://shopify/Order/1"},
        "returnLineItems": {
            "nodes": [
                {
                    "id": "gid://shopify/ReturnLineItem/8",
                    "quantity": 3,
                    "processedQuantity": 1,
                    "refundedQuantity": 0,
                    "returnReasonNote": "too small",
                    "customerNote": "sorry",
                    "returnReasonDefinition": {"handle": "size", "name": "Size"},
                    "fulfillmentLineItem": {
                        "id": "gid://shopify/FulfillmentLineItem/9",
                        "lineItem": {"id": "gid://shopify/LineItem/2"},
                    },
                }
            ]
        },
        **more,
    }


def test_a_return_is_told_exactly():
    found = mapper_return.return_(
        payload(
            decline={"reason": "RETURN_PERIOD_ENDED", "note": None},
            exchangeLineItems={
                "nodes": [
                    {
                        "id": "gid://shopify/ExchangeLineItem/5",
                        "quantity": 1,
                        "processedQuantity": 0,
                        "lineItems": [
                            {
                                "id": "gid://shopify/LineItem/6",
                                "title": "Mug",
                                "sku": "MUG",
                                "variant": {"id": "gid://shopify/ProductVariant/4"},
                            }
                        ],
                    }
                ]
            },
            refunds={"nodes": [{"id": "gid://shopify/Refund/3"}]},
            reverseFulfillmentOrders={
                "nodes": [
                    {
                        "reverseDeliveries": {
                            "nodes": [
                                {"deliverable": {"tracking": {"number": "BACK1"}}}
                            ]
                        }
                    }
                ]
            },
        )
    )
    assert (found.external_id, found.order, found.refunds) == ("7", "1", ("3",))
    assert found.state is ReturnState.OPEN
    assert found.resolution is Resolution.EXCHANGE
    assert found.decline_reason is DeclineReason.PERIOD_ENDED
    (line,) = found.lines
    assert (line.line, line.quantity, line.processed) == ("2", 3, 1)
    assert (line.reason, line.reason_name) == ("size", "Size")
    assert line.note == "too small / sorry"
    (exchange,) = found.exchanges
    assert (exchange.listing, exchange.lines) == ("4", ("6",))
    assert found.parcels[0].tracking_number == "BACK1"


@pytest.mark.parametrize(
    "part",
    ["exchangeLineItems", "refunds", "reverseFulfillmentOrders", "decline", "closedAt"],
)
def test_any_part_may_be_null(part):
    assert mapper_return.return_(payload(**{part: None})).external_id == "7"


@pytest.mark.parametrize(
    "part", [{"status": "NEW"}, {"decline": {"reason": "MOOD", "note": ""}}]
)
def test_unknown_values_never_default(part):
    with pytest.raises(ProtocolError, match="unknown value"):
        mapper_return.return_(payload(**part))


def action(external_id, verb, *units, **more):
    return ReturnAction(
        key=f"return:{external_id}:{verb.value}",
        external_id=external_id,
        order="1",
        verb=verb,
        lines=units,
        **more,
    )


def test_units_that_were_told_are_taken_off():
    room = {
        "id": "gid://shopify/ReverseFulfillmentOrderLineItem/3",
        "totalQuantity": 3,
        "fulfillmentLineItem": {"id": "gid://shopify/FulfillmentLineItem/9"},
        "dispositions": [{"type": "RESTOCKED", "quantity": 1}],
    }
    state = payload(
        reverseFulfillmentOrders={
            "nodes": [{"status": "OPEN", "lineItems": {"nodes": [room]}}]
        }
    )
    units = ReturnedUnits(line="8", restocked=1, discarded=1, missing=1)
    rows, ends = return_plan.work(
        state, action("7", ReturnVerb.PROCESS, units, location="5")
    )
    assert not ends
    (row,) = rows
    assert row["quantity"] == 2
    assert {(e["dispositionType"], e["quantity"]) for e in row["dispositions"]} == {
        ("NOT_RESTOCKED", 1),
        ("MISSING", 1),
    }


# --- with the simulator ---------------------------------------------------------------


@pytest.fixture
def asked(market):
    """The return of 2 of 3 delivered units that a buyer asks for, as the shop has
    it."""
    placed = market.place(lines=[market.line(0, quantity=3)])
    order_control.order_action(
        market.simulator, market.shop, f"gid://shopify/Order/{placed}", "fulfil"
    )
    order_control.order_action(
        market.simulator,
        market.shop,
        f"gid://shopify/Order/{placed}",
        "ask_back",
        lines=[{"line": 0, "quantity": 2, "reason": "size", "note": "big"}],
    )
    return market.shop.all("Return")[-1]


def number(node):
    return node["id"].rsplit("/", 1)[-1]


def push(market, *actions):
    return market.adapter().push_returns("call", actions).results


def test_found_by_its_order_and_read(market, asked):
    adapter = market.adapter()
    since = datetime.now(UTC) - timedelta(days=1)
    changes = [change.external_id for change in adapter.return_changes(since)]
    assert changes == [number(asked)]
    read, gone = adapter.read_returns((number(asked), "999"))
    assert read.found.state is ReturnState.REQUESTED
    assert read.found.lines[0].quantity == 2
    assert (gone.found, gone.error) == (None, None)


def test_from_the_decision_to_the_end(market, asked):
    one, line = number(asked), number(asked["returnLineItems"][0])
    units = ReturnedUnits(line=line, restocked=1, discarded=1)
    steps = [
        action(one, ReturnVerb.APPROVE),
        action(one, ReturnVerb.PROCESS, units, location=market.locations["Main"]),
        action(one, ReturnVerb.CLOSE),
    ]
    for step in steps:
        for _time in range(2):  # the second time it is done already
            (result,) = push(market, step)
            assert result.status is PushStatus.DONE, result.message
    assert asked["status"] == "CLOSED"
    assert asked["returnLineItems"][0]["processedQuantity"] == 2
    (room,) = asked["reverseFulfillmentOrders"][0]["lineItems"]
    assert {(d["type"], d["quantity"]) for d in room["dispositions"]} == {
        ("RESTOCKED", 1),
        ("NOT_RESTOCKED", 1),
    }


def test_declined_with_a_reason(market, asked):
    refusal = action(
        number(asked),
        ReturnVerb.DECLINE,
        decline_reason=DeclineReason.FINAL_SALE,
        note="Worn.",
    )
    assert push(market, refusal)[0].status is PushStatus.DONE
    assert asked["decline"] == {"reason": "FINAL_SALE", "note": "Worn."}
    late = action(number(asked), ReturnVerb.APPROVE)
    (result,) = push(market, late)
    assert (result.status, result.code) == (PushStatus.REJECTED, "INVALID_STATE")


def test_an_unknown_return_is_refused(market, asked):
    (result,) = push(market, action("999", ReturnVerb.APPROVE))
    assert (result.status, result.code) == (PushStatus.REJECTED, "NO_RETURN")


def test_units_that_the_shop_counts_as_processed_still_get_their_ends(market, asked):
    market.shop.settings["returns_processed"] = True
    one, line = number(asked), number(asked["returnLineItems"][0])
    push(market, action(one, ReturnVerb.APPROVE))
    assert asked["returnLineItems"][0]["processedQuantity"] == 2
    units = ReturnedUnits(line=line, discarded=2)
    told = action(one, ReturnVerb.PROCESS, units)
    assert {push(market, told)[0].status for _time in range(2)} == {PushStatus.DONE}
    (room,) = asked["reverseFulfillmentOrders"][0]["lineItems"]
    assert [(d["type"], d["quantity"]) for d in room["dispositions"]] == [
        ("NOT_RESTOCKED", 2)
    ]


def send_back(market, action="ask_back", **values):
    placed = market.place(lines=[market.line(0, quantity=3)])
    gid = f"gid://shopify/Order/{placed}"
    order_control.order_action(market.simulator, market.shop, gid, "fulfil")
    rows = [{"line": 0, "quantity": 2}]
    order_control.order_action(
        market.simulator, market.shop, gid, action, lines=rows, **values
    )
    return gid, market.shop.all("Return")[-1]


def test_an_exchange_is_sent_once(market):
    sku = market.shop.all("ProductVariant")[1]["sku"]
    gid, node = send_back(market, exchanges=[{"sku": sku, "quantity": 1}])
    one = number(node)
    push(market, action(one, ReturnVerb.APPROVE))
    (read,) = market.adapter().read_returns((one,))
    (part,) = read.found.exchanges
    assert (part.processed, part.lines) == (0, ())
    told = action(one, ReturnVerb.PROCESS, exchanges=((part.external_id, 1),))
    for _time in range(2):
        assert push(market, told)[0].status is PushStatus.DONE
    order = market.shop.get(gid)
    assert len(order["lines"]) == 2
    (read,) = market.adapter().read_returns((one,))
    (part,) = read.found.exchanges
    assert (part.processed, part.sku) == (1, sku)
    assert part.lines == (order["lines"][1].rsplit("/", 1)[-1],)


def test_goods_of_an_exchange_are_known_before_they_are_a_line():
    part = {
        "id": "gid://shopify/ExchangeLineItem/5",
        "quantity": 1,
        "processedQuantity": 0,
        "variantId": "gid://shopify/ProductVariant/4",
        "lineItems": None,
    }
    found = mapper_return.return_(payload(exchangeLineItems={"nodes": [part]}))
    assert found.exchanges[0].listing == "4"


def test_what_is_kept_of_the_money_is_told(market):
    _gid, node = send_back(market, fee="4.50")
    (read,) = market.adapter().read_returns((number(node),))
    assert str(read.found.fee.amount) == "4.5"
    fees = {
        "restockingFee": {
            "amountSet": {"money": {"amount": "1.5", "currencyCode": "USD"}}
        }
    }
    way = {"amountSet": {"money": {"amount": "2.0", "currencyCode": "USD"}}}
    state = payload(returnShippingFees=[way])
    state["returnLineItems"]["nodes"][0].update(fees)
    assert str(mapper_return.return_(state).fee.amount) == "3.5"


def test_orders_without_returns_are_not_looked_at(market, asked):
    other = market.place(lines=[market.line(0, quantity=1)])
    since = datetime.now(UTC) - timedelta(days=1)
    found = list(market.adapter().return_changes(since))
    assert [change.external_id for change in found] == [number(asked)]
    assert other


def test_units_processed_before_get_their_ends_apart():
    """No more ends than units go along with what is processed now."""
    room = {
        "id": "gid://shopify/ReverseFulfillmentOrderLineItem/3",
        "totalQuantity": 3,
        "fulfillmentLineItem": {"id": "gid://shopify/FulfillmentLineItem/9"},
        "dispositions": [],
    }
    state = payload(reverseFulfillmentOrders=[{"status": "OPEN", "lineItems": [room]}])
    units = ReturnedUnits(line="8", restocked=3)
    (row,), (end,) = return_plan.work(
        state, action("7", ReturnVerb.PROCESS, units, location="5")
    )
    assert (row["quantity"], row["dispositions"][0]["quantity"]) == (2, 2)
    assert end["quantity"] == 1


def test_many_lines_of_a_reverse_order_are_read(market):
    """Every list of what a return is told by is read to its end."""
    text = (QUERIES / "return_work.graphql").read_text()
    assert text.count("pageInfo { ...Page }") == text.count("(first:")
