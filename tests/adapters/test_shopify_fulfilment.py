"""Shipments: told once, up to a cumulative target, with the tracking they have."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    Parcel,
    PushStatus,
    Shipment,
    ShipmentLine,
)
from odoo.addons.channel_base.adapter.errors import ConfigError, TransientError
from odoo.addons.channel_shopify.adapter import fulfilment_plan as plan, orders

from tests.simulators.shopify import actions

from .shopify_market import number

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def placed(market):
    """An order of 5 and 2 units."""
    return market.place(lines=[market.line(0, quantity=5), market.line(1, quantity=2)])


def lines(market, placed):
    return [line.external_id for line in market.read(placed).lines]


def shipment(market, placed, units, tracking=("T1",), **more):
    """A delivery of ``{index: (quantity, cumulative)}``."""
    ids = lines(market, placed)
    return Shipment(
        **{
            "key": "S1",
            "order": placed,
            "shipped_at": NOW,
            "lines": tuple(
                ShipmentLine(line=ids[index], quantity=quantity, cumulative=cumulative)
                for index, (quantity, cumulative) in units.items()
            ),
            "parcels": tuple(
                Parcel(
                    tracking_number=one,
                    tracking_url=f"https://track.example/{one}",
                    carrier="DHL",
                )
                for one in tracking
            ),
            "location": market.locations["Main"],
            **more,
        }
    )


def push(market, *shipments, calls=None):
    answer = market.adapter(calls).push_shipments("key", shipments)
    assert answer.ticket == ""
    assert [r.key for r in answer.results] == [s.key for s in shipments]
    return answer.results


def shipped(market, placed):
    return [(x.quantity, x.fulfilled) for x in market.read(placed).lines]


def fulfilment(market, placed, index=0):
    order = market.node("Order", placed)
    return market.shop.get(order["fulfillments"][index])


def test_a_delivery_is_told_with_its_tracking(market, placed):
    whole = shipment(market, placed, {0: (5, 5), 1: (2, 2)}, ("T1", "T2"))
    (result,) = push(market, whole)
    assert (result.status, result.code) == (PushStatus.DONE, "")
    made = fulfilment(market, placed)
    assert result.external_id == number(made["id"])
    assert shipped(market, placed) == [(5, 5), (2, 2)]
    assert [t["number"] for t in made["tracking"]] == ["T1", "T2"]
    assert {t["company"] for t in made["tracking"]} == {"DHL"}
    assert made["tracking"][0]["url"] == "https://track.example/T1"


def test_deliveries_in_parts(market, placed):
    first = shipment(market, placed, {0: (2, 2)}, ("T1",))
    second = shipment(market, placed, {0: (3, 5), 1: (2, 2)}, ("T2",), key="S2")
    for one in (first, second):
        assert push(market, one)[0].status is PushStatus.DONE
    assert market.fulfilments(placed) == [(2, ("T1",)), (5, ("T2",))]


def test_two_deliveries_of_one_order_in_one_batch(market, placed):
    first = shipment(market, placed, {0: (2, 2)}, ("T1",))
    second = shipment(market, placed, {0: (3, 5)}, ("T2",), key="S2")
    results = push(market, first, second)
    assert [r.status for r in results] == [PushStatus.DONE, PushStatus.DONE]
    assert market.fulfilments(placed) == [(2, ("T1",)), (3, ("T2",))]


@pytest.mark.parametrize("habit", ["new", "same"])
def test_a_repeat_tells_nothing_again(market, placed, habit):
    market.shop.settings["fo_after_partial"] = habit
    part = shipment(market, placed, {0: (2, 2)})
    results = [push(market, part)[0] for _time in range(3)]
    assert len({result.external_id for result in results}) == 1
    assert market.fulfilments(placed) == [(2, ("T1",))]


@pytest.mark.parametrize("fault", ["lost_answer", "http_500_after", "not_json_after"])
def test_a_lost_answer_is_found_again(market, placed, fault):
    market.fault(fault, shops=[market.name], operations=["fulfillmentCreate"], limit=1)
    part = shipment(market, placed, {0: (2, 2)})
    with pytest.raises(TransientError):
        push(market, part)
    (result,) = push(market, part)
    assert result.status is PushStatus.DONE
    assert result.external_id == number(fulfilment(market, placed)["id"])
    assert market.fulfilments(placed) == [(2, ("T1",))]


def test_what_others_told_already_counts(market, placed):
    sku = market.shop.all("ProductVariant")[0]["sku"]
    market.act(placed, "fulfil", lines={sku: 3})
    (result,) = push(market, shipment(market, placed, {0: (5, 5)}))
    assert result.status is PushStatus.DONE
    assert market.fulfilments(placed)[1] == (2, ("T1",))


# --- tracking -------------------------------------------------------------------------


def test_tracking_edited_later(market, placed):
    (result,) = push(market, shipment(market, placed, {0: (2, 2)}))
    later = shipment(
        market, placed, {0: (2, 2)}, ("T9",), external_id=result.external_id
    )
    assert push(market, later)[0].status is PushStatus.DONE
    assert market.fulfilments(placed) == [(2, ("T9",))]


def test_a_corrected_delivery_keeps_all_its_fulfilments(market, placed):
    (result,) = push(market, shipment(market, placed, {0: (2, 2)}))
    raised = shipment(market, placed, {0: (3, 3)}, external_id=result.external_id)
    (again,) = push(market, raised)
    tracked = shipment(
        market, placed, {0: (3, 3)}, ("T9",), external_id=again.external_id
    )
    push(market, tracked)
    assert market.fulfilments(placed) == [(2, ("T9",)), (1, ("T9",))]


def test_tracking_that_is_right_is_left_alone(market, placed):
    calls, one = [], shipment(market, placed, {0: (2, 2)})
    push(market, one)
    push(market, one, calls=calls)
    assert "TrackingUpdate" not in [call.operation for call in calls]


def parcels(*pairs):
    return tuple(
        Parcel(tracking_number=number, tracking_url=url, carrier="DHL")
        for number, url in pairs
    )


def test_an_address_is_never_told_of_another_parcel(market, placed):
    """Shopify pairs numbers and addresses by their places in the lists."""
    pairs = parcels(("A", ""), ("B", "https://x.example/B"))
    push(market, shipment(market, placed, {0: (2, 2)}, parcels=pairs))
    shown = fulfilment(market, placed)["tracking"]
    assert [(t["number"], t["url"]) for t in shown] == [("A", None), ("B", None)]


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("A", "a"), ("B", "b")], (["A", "B"], ["a", "b"])),
        ([("A", "a"), ("", "b")], (["A"], None)),
        ([("", ""), ("B", "b")], (["B"], ["b"])),
        ([("", "a")], (None, ["a"])),
    ],
)
def test_addresses_of_all_numbers_or_of_none(market, placed, pairs, told):
    whole = shipment(market, placed, {0: (2, 2)}, parcels=parcels(*pairs))
    made = plan.tracking_input(whole)
    assert (made.get("numbers"), made.get("urls")) == told


def test_an_address_edited_later(market, placed):
    before, after = parcels(("A", "https://x/A")), parcels(("A", "https://y/A"))
    one = shipment(market, placed, {0: (2, 2)}, parcels=before)
    (result,) = push(market, one)
    later = replace(one, parcels=after, external_id=result.external_id)
    push(market, later)
    assert fulfilment(market, placed)["tracking"][0]["url"] == "https://y/A"
    calls = []
    push(market, later, calls=calls)
    assert "TrackingUpdate" not in [call.operation for call in calls]


def test_no_tracking_removes_none(market, placed):
    (result,) = push(market, shipment(market, placed, {0: (2, 2)}))
    bare = shipment(market, placed, {0: (2, 2)}, (), external_id=result.external_id)
    assert push(market, bare)[0].external_id == result.external_id
    assert market.fulfilments(placed) == [(2, ("T1",))]


def test_tracking_is_added_to_what_was_told_without(market, placed):
    sku = market.shop.all("ProductVariant")[0]["sku"]
    market.act(placed, "fulfil", lines={sku: 5})
    (result,) = push(market, shipment(market, placed, {0: (5, 5)}))
    assert result.status is PushStatus.DONE
    assert market.fulfilments(placed) == [(5, ("T1",))]


def test_deliveries_alike_are_told_apart_by_what_they_reached(market, placed):
    first = shipment(market, placed, {0: (2, 2)}, ())
    second = shipment(market, placed, {0: (2, 4)}, (), key="S2")
    made = [r.external_id for r in push(market, first, second)]
    again = [r.external_id for r in push(market, second, first)]
    assert again == made[::-1]
    tracked = shipment(market, placed, {0: (2, 4)}, ("T2",), key="S2")
    assert push(market, tracked)[0].external_id == made[1]
    assert market.fulfilments(placed) == [(2, ()), (2, ("T2",))]


def test_the_tracking_of_another_delivery_is_not_touched(market, placed):
    push(market, shipment(market, placed, {0: (2, 2)}, ("T1",)))
    push(market, shipment(market, placed, {0: (2, 4)}, ("T2",), key="S2"))
    odd = shipment(market, placed, {0: (2, 3)}, ("T3",), key="S3")
    (result,) = push(market, odd)
    assert (result.status, result.external_id) == (PushStatus.DONE, "")
    assert market.fulfilments(placed) == [(2, ("T1",)), (2, ("T2",))]


def test_a_fulfilment_cancelled_there_is_told_again(market, placed):
    part = shipment(market, placed, {0: (2, 2)})
    (first,) = push(market, part)
    market.shop.get(fulfilment(market, placed)["id"])["status"] = "CANCELLED"
    order = market.node("Order", placed)
    for gid in order["fulfillmentOrders"]:
        node = market.shop.get(gid)
        for row in node["lineItems"]:
            row["remainingQuantity"] = row["totalQuantity"]
    (second,) = push(market, part)
    assert second.status is PushStatus.DONE
    assert second.external_id != first.external_id


# --- refused --------------------------------------------------------------------------


def refused(market, one, code):
    (result,) = push(market, one)
    assert (result.status, result.code) == (PushStatus.REJECTED, code)
    return result.message


def test_an_order_on_hold(market, placed):
    market.act(placed, "hold", reason="INCORRECT_ADDRESS")
    one = shipment(market, placed, {0: (2, 2)})
    message = refused(market, one, "ON_HOLD")
    assert "INCORRECT_ADDRESS" in message
    assert "release" in message
    market.act(placed, "release")
    assert push(market, one)[0].status is PushStatus.DONE


def test_another_place(market, placed):
    elsewhere = market.locations["Outlet"]
    one = shipment(market, placed, {0: (2, 2)}, location=elsewhere)
    assert "Main" in refused(market, one, "WRONG_LOCATION")
    assert not market.fulfilments(placed)


def test_any_place_when_none_is_said(market, placed):
    one = shipment(market, placed, {0: (2, 2)}, location="")
    assert push(market, one)[0].status is PushStatus.DONE


def test_a_service_that_ships_itself(market, placed):
    market.fault(
        "rewrite",
        shops=[market.name],
        operations=["nodes"],
        find="CREATE_FULFILLMENT",
        replace="REQUEST_FULFILLMENT",
    )
    one = shipment(market, placed, {0: (2, 2)})
    assert "Main" in refused(market, one, "NOT_ALLOWED")


def test_units_that_are_gone(market, placed):
    one = shipment(market, placed, {0: (5, 5)})
    market.act(placed, "edit", set=[{"line": 0, "quantity": 3}])
    assert "2 shipped unit" in refused(market, one, "NOT_OPEN")
    assert not market.fulfilments(placed)


def test_an_order_that_is_gone(market, placed):
    one = shipment(market, placed, {0: (5, 5)})
    market.act(placed, "delete")
    refused(market, one, "NO_ORDER")


def test_shopifys_own_words(market, placed):
    market.fault(
        "rewrite",
        shops=[market.name],
        operations=["fulfillmentCreate"],
        find=r'"userErrors":\s*\[\]',
        replace='"userErrors": [{"field": null, "message": "Not today."}]',
    )
    one = shipment(market, placed, {0: (2, 2)})
    assert refused(market, one, "USER_ERROR") == "Not today."


def test_one_refused_delivery_spoils_no_other(market, placed):
    other = market.place(lines=[market.line(0)])
    market.act(placed, "hold")
    results = push(
        market,
        shipment(market, placed, {0: (2, 2)}),
        shipment(market, other, {0: (1, 1)}, key="S2"),
    )
    assert [r.status for r in results] == [PushStatus.REJECTED, PushStatus.DONE]


def test_what_was_told_before_a_failed_call_is_answered(market, placed):
    other = market.place(lines=[market.line(0)])
    parts = (
        shipment(market, placed, {0: (2, 2)}),
        shipment(market, other, {0: (1, 1)}, key="S2"),
    )
    push(market, parts[0])
    market.fault(
        "http_500", shops=[market.name], operations=["fulfillmentCreate"], limit=1
    )
    cut_short = market.adapter().push_shipments("key", parts)
    assert [r.key for r in cut_short.results] == [parts[0].key]
    assert cut_short.retry_after
    told = push(market, *parts)
    assert [r.status for r in told] == [PushStatus.DONE, PushStatus.DONE]
    assert market.fulfilments(placed) == [(2, ("T1",))]


def test_an_order_of_too_many_parcels_spoils_no_other(market, placed, monkeypatch):
    monkeypatch.setattr(orders, "LISTED", (20,))
    other = market.place(lines=[market.line(0, quantity=30)], oversell=True)
    sku = market.shop.all("ProductVariant")[0]["sku"]
    told = shipment(market, other, {0: (1, 21)}, key="S2")
    for _parcel in range(20):
        market.act(other, "fulfil", lines={sku: 1})
    results = push(market, told, shipment(market, placed, {0: (2, 2)}))
    assert [r.status for r in results] == [PushStatus.REJECTED, PushStatus.DONE]
    assert "20 fulfillments" in results[0].message


def test_a_missing_scope_is_for_the_administrator(market, placed):
    one = shipment(market, placed, {0: (2, 2)})
    scopes = "read_orders read_products read_locations read_customers "
    actions.set_scopes(
        market.simulator,
        market.shop,
        scopes + "read_merchant_managed_fulfillment_orders",
    )
    with pytest.raises(ConfigError):
        push(market, one)


# --- many -----------------------------------------------------------------------------


def test_many_orders_are_looked_at_together(market):
    ids, calls = market.place_orders(12), []
    batch = [
        shipment(market, one, {0: (1, 1)}, key=f"S{n}") for n, one in enumerate(ids)
    ]
    results = push(market, *batch, calls=calls)
    assert {result.status for result in results} == {PushStatus.DONE}
    operations = [call.operation for call in calls]
    assert operations.count("FulfilmentStates") == 2
    assert operations.count("FulfilmentCreate") == 12


def test_an_order_of_100_lines_in_40_parcels(market):
    many = market.place(lines=[market.line(0, quantity=40)] * 100, oversell=True)
    ids = lines(market, many)
    for parcel in range(1, 41):
        whole = Shipment(
            key=f"S{parcel}",
            order=many,
            shipped_at=NOW,
            lines=tuple(
                ShipmentLine(line=one, quantity=1, cumulative=parcel) for one in ids
            ),
            parcels=(Parcel(tracking_number=f"T{parcel}"),),
        )
        if parcel in (1, 2, 3, 20, 40):  # the target is cumulative: gaps are made up
            assert push(market, whole)[0].status is PushStatus.DONE
    assert set(shipped(market, many)) == {(40, 40)}
    assert [units for units, _t in market.fulfilments(many)] == [
        100,
        100,
        100,
        1700,
        2000,
    ]


# --- more lines than one call may name ------------------------------------------------


def long_order(market, quantity):
    market.shop.settings.update(bucket_size=20_000, restore_rate=2_000)
    return market.place(lines=[market.line(0, quantity=quantity)] * 600, oversell=True)


def test_a_long_fulfilment_order_is_told_as_a_whole(market):
    long, calls = long_order(market, 1), []
    whole = shipment(market, long, {n: (1, 1) for n in range(600)})
    (result,) = push(market, whole, calls=calls)
    assert result.status is PushStatus.DONE
    assert market.fulfilments(long) == [(600, ("T1",))]
    assert [c.operation for c in calls].count("FulfilmentCreate") == 1


@pytest.mark.parametrize("habit", ["new", "same"])
def test_a_long_part_is_told_in_pieces(market, habit):
    market.shop.settings["fo_after_partial"] = habit
    long = long_order(market, 2)
    part = shipment(market, long, {n: (1, 1) for n in range(600)})
    results = [push(market, part)[0] for _time in range(2)]
    assert {result.status for result in results} == {PushStatus.DONE}
    assert market.fulfilments(long) == [(512, ("T1",)), (88, ("T1",))]
    assert set(shipped(market, long)) == {(2, 1)}
    assert len(results[0].external_id.split(",")) == 2


def test_a_long_part_goes_on_after_a_lost_answer(market):
    long = long_order(market, 2)
    part = shipment(market, long, {n: (1, 1) for n in range(600)})
    market.fault(
        "lost_answer", shops=[market.name], operations=["fulfillmentCreate"], limit=1
    )
    with pytest.raises(TransientError):
        push(market, part)
    assert push(market, part)[0].status is PushStatus.DONE
    assert market.fulfilments(long) == [(512, ("T1",)), (88, ("T1",))]
