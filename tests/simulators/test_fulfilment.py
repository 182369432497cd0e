"""Rules of fulfilment (fact sheet, section 8)."""

from .documents import FULFIL, ORDER, order_of, quantities


def place(made, control, **more):
    return control.place(made["name"], order_of(made, quantity=3, **more))[0]


def orders(client, placed):
    order = client.data(ORDER, id=placed["id"])["order"]
    return order, order["fulfillmentOrders"]["nodes"]


def test_omitting_lines_ships_the_whole(made, control, client):
    placed = place(made, control)
    _order, (node,) = orders(client, placed)
    pick = {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": node["id"]}]}
    assert client.data(FULFIL, f=pick)["fulfillmentCreate"]["userErrors"] == []
    order, (node,) = orders(client, placed)
    assert order["displayFulfillmentStatus"] == "FULFILLED"
    assert node["status"] == "CLOSED"


def test_the_rest_may_stay_on_the_same_order(made, control, client):
    control.post(f"shops/{made['name']}/settings", fo_after_partial="same")
    placed = place(made, control)
    _order, (node,) = orders(client, placed)
    line = node["lineItems"]["nodes"][0]["id"]
    pick = {
        "fulfillmentOrderId": node["id"],
        "fulfillmentOrderLineItems": [{"id": line, "quantity": 1}],
    }
    client.data(FULFIL, f={"lineItemsByFulfillmentOrder": [pick]})
    _order, (node,) = orders(client, placed)
    assert node["lineItems"]["nodes"][0]["remainingQuantity"] == 2


def test_one_location_per_call(made, control, client):
    first = place(made, control)
    second = control.place(
        made["name"],
        {
            "lines": [
                {"variant": made["variants"][1]["id"], "quantity": 1},
            ],
            "location": "Second",
            "oversell": True,
        },
    )[0]
    ids = [orders(client, one)[1][0]["id"] for one in (first, second)]
    picks = [{"fulfillmentOrderId": gid} for gid in ids]
    done = client.data(FULFIL, f={"lineItemsByFulfillmentOrder": picks})
    assert "one location" in done["fulfillmentCreate"]["userErrors"][0]["message"]


def test_held_orders_cannot_ship_until_released(made, control, client):
    placed = place(made, control, hold="HIGH_RISK_OF_FRAUD")
    order, (node,) = orders(client, placed)
    assert order["displayFulfillmentStatus"] == "ON_HOLD"
    pick = {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": node["id"]}]}
    assert client.data(FULFIL, f=pick)["fulfillmentCreate"]["userErrors"]
    stamp = order["updatedAt"]
    control.post("time", advance=5)
    control.order(made["name"], placed["name"], "release")
    order, (node,) = orders(client, placed)
    assert node["status"] == "OPEN"
    assert order["updatedAt"] == stamp, "holds do not touch the order"
    assert client.data(FULFIL, f=pick)["fulfillmentCreate"]["userErrors"] == []


def test_moving_changes_ids_and_stock(made, control, client):
    placed = place(made, control)
    _order, (node,) = orders(client, placed)
    moved = client.data(
        """mutation($id: ID!, $to: ID!) {
        fulfillmentOrderMove(id: $id, newLocationId: $to) {
        movedFulfillmentOrder { id assignedLocation { location { id } } }
        userErrors { message } } }""",
        id=node["id"],
        to=made["locations"]["Second"],
    )["fulfillmentOrderMove"]
    assert moved["movedFulfillmentOrder"]["id"] != node["id"]
    now = quantities(client, made["variants"][0]["item"])
    assert now["Main"] == {"available": 10, "committed": 0, "on_hand": 10}
    assert now["Second"] == {"available": -3, "committed": 3, "on_hand": 0}


def test_a_location_that_was_closed_gets_no_orders(made, control, client):
    shop, query = made["name"], "{ locations(first: 9) { nodes { name } } }"
    control.post(f"shops/{shop}/locations/Main", active=False)
    nodes = client.data(query)["locations"]["nodes"]
    assert [one["name"] for one in nodes] == ["Second"]
    placed = place(made, control, oversell=True)
    _order, (node,) = orders(client, placed)
    assert node["assignedLocation"]["location"]["id"] == made["locations"]["Second"]
    control.post(f"shops/{shop}/locations/Main", active=True)
    assert len(client.data(query)["locations"]["nodes"]) == 2


def test_cancelling_a_fulfilment_reopens(made, control, client):
    placed = place(made, control)
    control.order(made["name"], placed["name"], "fulfil")
    order, _nodes = orders(client, placed)
    gid = order["fulfillments"][0]["id"]
    cancel = (
        "mutation($id: ID!) { fulfillmentCancel(id: $id) { userErrors { message } } }"
    )
    assert client.data(cancel, id=gid)["fulfillmentCancel"]["userErrors"] == []
    order, nodes = orders(client, placed)
    assert order["displayFulfillmentStatus"] == "UNFULFILLED"
    assert [one["status"] for one in nodes] == ["CLOSED", "OPEN"]
    now = quantities(client, made["variants"][0]["item"])["Main"]
    assert now == {"available": 7, "committed": 3, "on_hand": 10}


def test_without_scope_there_are_none(made, control, client):
    placed = place(made, control)
    control.post(f"shops/{made['name']}/scopes", scopes="read_orders read_locations")
    _order, nodes = orders(client, placed)
    assert nodes == []


def test_gift_cards_and_digital_goods_need_none(made, control, client):
    spec = {
        "lines": [
            {"title": "Card", "price": "25", "gift_card": True},
            {"title": "Song", "price": "1", "requires_shipping": False},
        ]
    }
    placed = control.place(made["name"], spec)[0]
    order, nodes = orders(client, placed)
    assert nodes == []
    assert order["displayFulfillmentStatus"] == "FULFILLED"
