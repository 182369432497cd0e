"""Amazon's warehouses: orders of other channels sent once, reported shipment by
shipment; what is in them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from odoo.addons.channel_amazon.adapter import mapper_order, mapper_outbound
from odoo.addons.channel_amazon.adapter.networks import network, networks
from odoo.addons.channel_amazon.tests.account import (
    FRANCE,
    GERMANY,
    order as amazon_order,
    serving,
    spoken,
)
from odoo.addons.channel_amazon.tests.outbound_account import OutboundAccount
from odoo.addons.channel_base.adapter.canonical import Address, PushStatus
from odoo.addons.channel_base.adapter.errors import ConfigError, ProtocolError
from odoo.addons.channel_base.adapter.shipping import (
    CancelOutcome,
    ShippingCancel,
    ShippingLine,
    ShippingOrder,
    ShippingState,
)

from .amazon_contract import ABSENT, AMAZON, model
from .amazon_market import AmazonMarket

MOMENT = datetime(2026, 11, 1, 10, tzinfo=UTC)
OUTBOUND = "fulfillment-outbound-api-model/fulfillmentOutbound_2020-07-01.json"
BRITAIN = "A1F83G8C2ARO7P"


@pytest.fixture
def account():
    return OutboundAccount()


@pytest.fixture
def market(account):
    with serving(spoken(account)) as url:
        yield AmazonMarket(account, url)


@pytest.fixture
def adapter(market):
    return market.adapter()


def order(reference="WH/OUT/1", quantity=2, **values):
    return ShippingOrder(
        key=reference,
        reference=reference,
        number="#1001",
        ordered_at=MOMENT,
        recipient=Address(
            name="Ute Mayer",
            company="Mayer KG",
            street="Hauptstr. 1",
            city="Bonn",
            zip="53113",
            country_code="DE",
        ),
        lines=(ShippingLine(key="1", sku="MUG", quantity=quantity),),
        service="Standard",
        location="FBA-EU",
        **values,
    )


def cancel(reference="WH/OUT/1"):
    return ShippingCancel(key=f"{reference}:cancel", reference=reference)


def result(answer):
    (found,) = answer.results
    return found


def test_an_order_is_sent(adapter, account):
    found = result(adapter.push_shipping_orders("k", (order(),)))
    assert (found.status, found.external_id) == (PushStatus.DONE, "WH/OUT/1")
    sent = account.calls[-1][3]
    assert sent["destinationAddress"]["addressLine1"] == "Mayer KG"
    assert (sent["marketplaceId"], sent["fulfillmentPolicy"]) == (GERMANY, "FillOrKill")
    assert sent["displayableOrderComment"]


def test_the_same_order_again_ships_once(adapter, account):
    for _time in range(2):
        found = result(adapter.push_shipping_orders("k", (order(),)))
        assert found.status is PushStatus.DONE
    assert len(account.fulfilments) == 1


def test_other_goods_under_the_same_reference_are_refused(adapter):
    adapter.push_shipping_orders("k", (order(),))
    found = result(adapter.push_shipping_orders("k", (order(quantity=3),)))
    assert (found.status, found.code) == (PushStatus.REJECTED, "REFERENCE_TAKEN")


@pytest.mark.parametrize(
    ("values", "code"),
    [({"service": "Overnight"}, "SERVICE"), ({"reference": "R" * 41}, "LENGTH")],
)
def test_what_amazon_cannot_take_is_said_beforehand(adapter, account, values, code):
    found = result(adapter.push_shipping_orders("k", (replace(order(), **values),)))
    assert (found.status, found.code) == (PushStatus.REJECTED, code)
    assert not account.calls


def test_the_trace_keeps_nothing_of_the_recipient(market):
    calls = []
    market.adapter(calls).push_shipping_orders("k", (order(),))
    (told,) = [call for call in calls if call.operation == "createFulfillmentOrder"]
    assert "Mayer" not in f"{told.request}{told.response}"


@pytest.mark.skipif(not AMAZON.is_dir(), reason=ABSENT)
def test_the_request_is_as_the_model_wants_it():
    body = mapper_outbound.request(order(note="x" * 900), GERMANY)
    definitions = model(OUTBOUND)["definitions"]
    wanted = definitions["CreateFulfillmentOrderRequest"]
    assert set(wanted["required"]) <= body.keys() <= wanted["properties"].keys()
    for name, value in body.items():
        longest = wanted["properties"][name].get("maxLength")
        assert not longest or len(value) <= longest
    address = definitions["Address"]
    sent = body["destinationAddress"]
    assert set(address["required"]) <= sent.keys() <= address["properties"].keys()
    statuses = definitions["FulfillmentOrderStatus"]["enum"]
    assert set(statuses) == mapper_outbound.STATES.keys()
    shipped = definitions["FulfillmentShipment"]["properties"]
    shown = shipped["fulfillmentShipmentStatus"]["enum"]
    assert set(shown) == mapper_outbound.HAS_LEFT.keys()


# --- reports --------------------------------------------------------------------------


def report(adapter, reference="WH/OUT/1"):
    (read,) = adapter.read_shipping((reference,))
    assert read.error is None
    return read.report


def test_shipments_are_told_one_by_one(adapter, account):
    adapter.push_shipping_orders("k", (order(quantity=3),))
    assert report(adapter).state is ShippingState.ACCEPTED
    account.ship("WH/OUT/1", ("1", "MUG", 1), status="Processing")
    first = report(adapter)
    assert first.state is ShippingState.PART_SHIPPED
    account.ship("WH/OUT/1", ("1", "MUG", 1), ("1", "MUG", 1), tracking="TBA2")
    both = report(adapter)
    assert both.state is ShippingState.SHIPPED
    assert both.shipments[0] == first.shipments[0]
    assert [line.quantity for line in both.shipments[1].lines] == [2]
    assert both.shipments[1].parcels[0].tracking_number == "TBA2"
    assert both.shipments[1].parcels[0].carrier == "AMZL"


def test_what_has_not_left_is_no_shipment(adapter, account):
    adapter.push_shipping_orders("k", (order(),))
    account.ship(
        "WH/OUT/1",
        ("1", "MUG", 2),
        status="Planning",
        fulfillmentShipmentStatus="PENDING",
    )
    assert report(adapter).shipments == ()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("CompletePartialled", ShippingState.CLOSED_SHORT),
        ("Cancelled", ShippingState.CANCELLED),
        ("Unfulfillable", ShippingState.REFUSED),
        ("Invalid", ShippingState.REFUSED),
    ],
)
def test_orders_that_are_not_shipped(adapter, account, status, state):
    adapter.push_shipping_orders("k", (order(),))
    (item,) = account.fulfilments["WH/OUT/1"]["fulfillmentOrderItems"]
    item["unfulfillableQuantity"] = 2
    account.tell("WH/OUT/1", status)
    found = report(adapter)
    assert (found.state, found.reason) == (state, f"{status}: 2 x MUG")


def test_an_unknown_status_is_an_error_of_its_order(adapter, account):
    adapter.push_shipping_orders("k", (order(), order("WH/OUT/2")))
    account.tell("WH/OUT/1", "Teleported")
    first, second = adapter.read_shipping(("WH/OUT/1", "WH/OUT/2"))
    assert isinstance(first.error, ProtocolError)
    assert first.error.code == "Teleported"
    assert second.report


def test_an_order_that_is_not_there(adapter):
    (read,) = adapter.read_shipping(("NOWHERE",))
    assert (read.report, read.error) == (None, None)


def test_changes_are_all_told_oldest_first(adapter, account):
    references = [f"WH/OUT/{n}" for n in range(5)]
    adapter.push_shipping_orders("k", tuple(map(order, references)))
    account.tell("WH/OUT/0", "Processing")
    found = list(adapter.shipping_changes(MOMENT))
    assert [one.reference for one in found] == [*references[1:], references[0]]
    assert found == sorted(found, key=lambda one: one.updated_at)


# --- cancelling -----------------------------------------------------------------------


def outcome(adapter):
    return CancelOutcome(result(adapter.cancel_shipping_orders("k", (cancel(),))).code)


def test_cancelled_in_time(adapter, account):
    adapter.push_shipping_orders("k", (order(),))
    assert outcome(adapter) is CancelOutcome.ACCEPTED
    assert outcome(adapter) is CancelOutcome.ACCEPTED, "asked again after a lost answer"


def test_too_late(adapter, account):
    adapter.push_shipping_orders("k", (order(),))
    account.tell("WH/OUT/1", "Processing")
    assert outcome(adapter) is CancelOutcome.REFUSED
    account.ship("WH/OUT/1", ("1", "MUG", 2))
    assert outcome(adapter) is CancelOutcome.REFUSED


def test_asked_for_is_not_stopped(adapter, account):
    adapter.push_shipping_orders("k", (order(),))
    account.stops = False
    assert outcome(adapter) is CancelOutcome.UNSURE


def test_an_order_that_never_came_to_be(adapter):
    assert outcome(adapter) is CancelOutcome.ACCEPTED


# --- stock and orders of Amazon's own -------------------------------------------------


def test_stock_of_a_network(adapter, account):
    account.inventory = {"MUG": (5, 2), "CUP": (0, 0), "POT": (1, 0)}
    found = {one.sku: one.on_hand for one in adapter.building_stock("FBA-EU")}
    assert found == {"MUG": 7, "CUP": 0, "POT": 1}
    asked = {q["granularityId"] for m, p, q, b in account.calls if "summaries" in p}
    assert asked == {GERMANY}, "European stock is shown by each marketplace again"
    with pytest.raises(ConfigError):
        list(adapter.building_stock("FBA-JP"))


def test_networks_serve_several_marketplaces():
    assert network(GERMANY) == network(FRANCE) == "FBA-EU"
    assert network(BRITAIN) == "FBA-GB"
    assert networks([FRANCE, GERMANY, BRITAIN]) == {"FBA-EU": FRANCE, "FBA-GB": BRITAIN}
    assert network("UNKNOWN") == ""


def test_goods_of_an_order_are_where_amazon_ships_them(adapter):
    payload = amazon_order("302-1", MOMENT)
    assert mapper_order.order(payload).lines[0].location == ""
    payload["fulfillment"]["fulfilledBy"] = "AMAZON"
    assert mapper_order.order(payload).lines[0].location == "FBA-EU"


def test_places_are_networks_of_active_marketplaces(adapter):
    places = {one.external_id: one.fulfilment_service for one in adapter.locations()}
    assert places.pop("FBA-EU") is True
    assert list(places.values()) == [False]
