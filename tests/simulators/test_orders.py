"""Rules of orders (fact sheet, sections 2, 7 and 9)."""

import time

import pytest

from .control_client import ControlError
from .documents import TAG, order_of, quantities


def read(client, placed, fields):
    query = f"query($id: ID!) {{ order(id: $id) {{ {fields} }} }}"
    return client.data(query, id=placed["id"])["order"]


def test_cancelling_is_a_job_and_frees_the_stock(made, control, client):
    placed = control.place(made["name"], order_of(made))[0]
    done = client.data(
        """mutation($id: ID!) { orderCancel(
        orderId: $id, reason: CUSTOMER, restock: true,
        refundMethod: {originalPaymentMethodsRefund: true}) {
        job { id done } orderCancelUserErrors { code message } } }""",
        id=placed["id"],
    )["orderCancel"]
    assert done["job"]["done"] is False
    time.sleep(0.2)
    job = client.data("query($id: ID!) { job(id: $id) { done } }", id=done["job"]["id"])
    assert job["job"]["done"]
    order = read(
        client,
        placed,
        "cancelledAt cancelReason displayFinancialStatus lineItems(first: 1) { nodes { "
        "quantity currentQuantity } } totalPriceSet { shopMoney { amount } } "
        "currentTotalPriceSet { shopMoney { amount } }",
    )
    assert order["cancelReason"] == "CUSTOMER"
    assert order["displayFinancialStatus"] == "REFUNDED"
    assert order["lineItems"]["nodes"] == [{"quantity": 2, "currentQuantity": 0}]
    assert order["totalPriceSet"]["shopMoney"]["amount"] == "39.8"
    assert order["currentTotalPriceSet"]["shopMoney"]["amount"] == "0.0"
    now = quantities(client, made["variants"][0]["item"])["Main"]
    assert now == {"available": 10, "committed": 0, "on_hand": 10}


def test_shipped_orders_cannot_be_cancelled(made, control, client):
    placed = control.place(made["name"], order_of(made))[0]
    control.order(made["name"], placed["name"], "fulfil")
    done = client.data(
        """mutation($id: ID!) {
        orderCancel(orderId: $id, reason: OTHER, restock: true) {
        job { id } orderCancelUserErrors { code } } }""",
        id=placed["id"],
    )["orderCancel"]
    assert done == {"job": None, "orderCancelUserErrors": [{"code": "INVALID"}]}


def test_refund_identity(made, control, client):
    """Lines (+ tax) + shipping - adjustments = refund transactions (section 9)."""
    spec = order_of(
        made,
        quantity=3,
        taxes_included=False,
        shipping=[{"title": "S", "price": "5"}],
    )
    spec["lines"][0].update(price="19.99", taxes=[{"title": "VAT", "rate": "0.19"}])
    placed = control.place(made["name"], spec)[0]
    lines = [{"line": 0, "quantity": 1, "restock": "CANCEL"}]
    control.order(
        made["name"],
        placed["name"],
        "refund",
        lines=lines,
        shipping=True,
        money="20.00",
    )
    order = read(
        client,
        placed,
        """displayFinancialStatus refunds { totalRefundedSet { shopMoney { amount } }
        refundLineItems(first: 5) { nodes { quantity restockType
          subtotalSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } } }
        refundShippingLines(first: 5) {
          nodes { subtotalAmountSet { shopMoney { amount } } } }
        orderAdjustments(first: 5) {
          nodes { reason amountSet { shopMoney { amount } } } }
        transactions(first: 5) {
          nodes { kind amountSet { shopMoney { amount } } } } }""",
    )
    (refund,) = order["refunds"]
    (line,) = refund["refundLineItems"]["nodes"]
    (ship,) = refund["refundShippingLines"]["nodes"]
    (adjustment,) = refund["orderAdjustments"]["nodes"]
    worth = [
        line["subtotalSet"],
        line["totalTaxSet"],
        ship["subtotalAmountSet"],
    ]
    assert [one["shopMoney"]["amount"] for one in worth] == ["19.99", "3.8", "5.0"]
    assert adjustment["amountSet"]["shopMoney"]["amount"] == "8.79"
    (paid,) = refund["transactions"]["nodes"]
    assert paid["amountSet"]["shopMoney"]["amount"] == "20.0"
    assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"


def test_orders_move_and_lose_their_delivery(made, control, client):
    placed = control.place(made["name"], order_of(made))[0]
    address = {"address1": "Elsewhere 5", "city": "Bonn", "country_code": "DE"}
    control.order(made["name"], placed["name"], "move", address=address)
    before = read(
        client,
        placed,
        "shippingAddress { address1 city } shippingLines(first: 2) { nodes { id } }",
    )
    assert before["shippingAddress"] == {"address1": "Elsewhere 5", "city": "Bonn"}
    control.order(made["name"], placed["name"], "edit", shipping=False)
    after = read(client, placed, "edited shippingLines(first: 2) { nodes { id } }")
    assert after["edited"]
    assert not after["shippingLines"]["nodes"]


def test_editing_lowers_what_is_current(made, control, client):
    placed = control.place(made["name"], order_of(made, quantity=3))[0]
    added = {"title": "Extra", "price": "1.00"}
    change = {"set": [{"line": 0, "quantity": 1}], "add": [added]}
    control.order(made["name"], placed["name"], "edit", **change)
    order = read(
        client,
        placed,
        "edited lineItems(first: 5) { nodes { quantity currentQuantity } } "
        "totalPriceSet { shopMoney { amount } } "
        "originalTotalPriceSet { shopMoney { amount } } "
        "currentTotalPriceSet { shopMoney { amount } } totalOutstandingSet "
        "{ shopMoney { amount } }",
    )
    assert order["edited"]
    assert [one["currentQuantity"] for one in order["lineItems"]["nodes"]] == [1, 1]
    amounts = [
        order[key]["shopMoney"]["amount"]
        for key in (
            "totalPriceSet",
            "originalTotalPriceSet",
            "currentTotalPriceSet",
        )
    ]
    assert amounts == ["60.7", "59.7", "20.9"]


def test_payment_states(made, control, client):
    name = made["name"]

    def state(placed):
        return read(client, placed, "displayFinancialStatus")["displayFinancialStatus"]

    wanted = {
        "paid": "PAID",
        "authorized": "AUTHORIZED",
        "pending": "PENDING",
        "unpaid": "PENDING",
        "partially_paid": "PARTIALLY_PAID",
    }
    found = {
        how: control.place(name, order_of(made, quantity=1, payment=how))[0]
        for how in wanted
    }
    assert {how: state(placed) for how, placed in found.items()} == wanted
    control.order(name, found["authorized"]["name"], "capture")
    assert state(found["authorized"]) == "PAID"
    control.order(name, found["pending"]["name"], "pay")
    assert state(found["pending"]) == "PAID"
    control.order(name, found["unpaid"]["name"], "cancel")
    assert state(found["unpaid"]) == "VOIDED"
    free = control.place(name, {"lines": [{"title": "Free", "price": 0}]})[0]
    assert state(free) == "PAID"


def test_capture_by_mutation_is_limited(made, control, client):
    placed = control.place(made["name"], order_of(made, payment="authorized"))[0]
    (held,) = read(client, placed, "transactions { id }")["transactions"]
    capture = """mutation($i: OrderCaptureInput!) { orderCapture(input: $i) {
                 transaction { kind status } userErrors { message } } }"""
    given = {"id": placed["id"], "parentTransactionId": held["id"]}
    much = client.data(capture, i={**given, "amount": "99"})["orderCapture"]
    assert much["userErrors"]
    fine = client.data(capture, i={**given, "amount": "39.80"})["orderCapture"]
    assert fine["transaction"] == {"kind": "CAPTURE", "status": "SUCCESS"}


def test_own_writes_bump_the_order(made, control, client):
    placed = control.place(made["name"], order_of(made))[0]
    before = read(client, placed, "updatedAt")["updatedAt"]
    control.post("time", advance=3)
    client.data(TAG, id=placed["id"])
    assert read(client, placed, "updatedAt")["updatedAt"] > before


def test_sixty_days(made, control, client):
    placed = control.place(made["name"], order_of(made))[0]
    control.post(f"shops/{made['name']}/scopes", scopes="read_orders")
    count = "{ ordersCount { count } }"
    assert client.data(count)["ordersCount"]["count"] == 1
    control.post("time", advance=61 * 86400)
    assert client.data(count)["ordersCount"]["count"] == 0
    assert read(client, placed, "id") is None
    control.post("time", advance=-61 * 86400)


def test_protected_data(made, control, client):
    spec = order_of(
        made,
        customer={"email": "ada@example.com", "first_name": "Ada"},
        shipping_address={"first_name": "Ada", "address1": "1", "city": "Berlin"},
    )
    placed = control.place(made["name"], spec)[0]
    fields = "email customer { id firstName } shippingAddress { name address1 city }"
    assert read(client, placed, fields)["email"] == "ada@example.com"
    control.post(f"shops/{made['name']}/settings", protected_data=False)
    order = read(client, placed, fields)
    assert order["email"] is order["customer"]["firstName"] is None
    assert order["shippingAddress"]["name"] is None


def test_deleted_orders_and_products(made, control, client):
    placed = control.place(made["name"], order_of(made))[0]
    product = made["variants"][0]["product"]
    control.post(f"shops/{made['name']}/products/delete", id=product)
    fields = "lineItems(first: 1) { nodes { sku title product { id } variant { id } } }"
    (line,) = read(client, placed, fields)["lineItems"]["nodes"]
    assert line["product"] is line["variant"] is None
    assert line["sku"] == made["variants"][0]["sku"]
    control.order(made["name"], placed["name"], "delete")
    assert read(client, placed, "id") is None
    nodes = client.data("query($i: [ID!]!) { nodes(ids: $i) { id } }", i=[placed["id"]])
    assert nodes["nodes"] == [None]


def test_variants_change_as_in_the_admin(made, control, client):
    variant = made["variants"][0]
    control.post(
        f"shops/{made['name']}/variants",
        sku=variant["sku"],
        title="Other",
        price="7.77",
        sku_there="OTHER",
    )
    query = "query($id: ID!) { productVariant(id: $id) { %s } }"
    fields = "sku price product { title }"
    found = client.data(query % fields, id=variant["id"])["productVariant"]
    assert (found["sku"], found["price"]) == ("OTHER", "7.77")
    assert found["product"]["title"] == "Other"


def test_out_of_stock(made, control):
    with pytest.raises(ControlError, match="11 wanted"):
        control.place(made["name"], order_of(made, quantity=11))
    assert control.place(made["name"], order_of(made, quantity=11, oversell=True))


def test_scopes_are_checked_and_the_rest_is_answered(made, control, client):
    placed = control.place(made["name"], order_of(made, customer={"email": "a@b.c"}))[0]
    control.post(f"shops/{made['name']}/scopes", scopes="read_orders")
    query = "query($id: ID!) { order(id: $id) { name customer { id } } }"
    _status, _headers, body = client.execute(query, {"id": placed["id"]})
    assert body["data"]["order"] == {"name": placed["name"], "customer": None}
    (error,) = body["errors"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert error["path"] == ["order", "customer"]
    _status, _headers, body = client.execute(TAG, {"id": placed["id"]})
    assert body["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
