"""The main path over HTTP with the real shopifyapi library: read, sell, set stock,
ship."""

import base64
import hashlib
import hmac
import time
import uuid

import pytest
import requests
from werkzeug.wrappers import Request

from .documents import FULFIL, ORDER, SET, order_of, quantities, subscribe
from .inbox import receiving
from .real_client import ShopifyClient


def test_client_credentials(made, control):
    app = made["app"]
    grant = {
        "grant_type": "client_credentials",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
    }
    answers = [
        requests.post(made["url"] + "/admin/oauth/access_token", data=grant, timeout=5),
        requests.post(made["url"] + "/admin/oauth/access_token", json=grant, timeout=5),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.json()["expires_in"] == 86399
        assert "write_orders" in answer.json()["scope"].split(",")
        token = answer.json()["access_token"]
        assert (
            ShopifyClient(made["url"], token).data("{ shop { name } }")["shop"]["name"]
            == made["name"]
        )
    wrong = requests.post(
        made["url"] + "/admin/oauth/access_token",
        data={**grant, "client_secret": "x"},
        timeout=5,
    )
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    control.post(f"shops/{made['name']}/tokens/expire")
    assert ShopifyClient(made["url"], token).execute("{ shop { name } }")[0] == 401


def test_token_ends_with_time(made, control):
    control.post(f"shops/{made['name']}/settings", token_seconds=60)
    app = made["app"]
    grant = {
        "grant_type": "client_credentials",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
    }
    token = requests.post(
        made["url"] + "/admin/oauth/access_token", data=grant, timeout=5
    ).json()["access_token"]
    client = ShopifyClient(made["url"], token)
    assert client.execute("{ shop { name } }")[0] == 200
    control.post("time", advance=61)
    assert client.execute("{ shop { name } }")[0] == 401
    control.post("time", advance=-61)


@pytest.mark.parametrize(
    ("version", "status", "used"),
    [
        ("2026-10", 200, "2026-10"),
        ("2025-01", 200, "2026-01"),
        ("2099-99", 404, None),
        ("2027-04", 404, None),
    ],
)
def test_versions(made, version, status, used):
    answered, headers, _body = ShopifyClient(
        made["url"], made["token"], version
    ).execute("{ shop { id } }")
    assert (answered, headers.get("X-Shopify-API-Version")) == (status, used)


def test_request_id_and_bad_requests(made):
    url = made["url"] + "/admin/api/2026-10/graphql.json"
    headers = {"X-Shopify-Access-Token": made["token"]}
    assert requests.post(url, headers=headers, data="{", timeout=5).status_code == 400
    answer = requests.post(
        url, headers=headers, json={"query": "{ shop { nope } }"}, timeout=5
    )
    assert answer.headers["X-Request-Id"]
    assert answer.json()["errors"][0]["extensions"]["code"] == "undefinedField"
    assert (
        requests.post(url, json={"query": "{ shop { id } }"}, timeout=5).status_code
        == 401
    )
    assert (
        requests.post(
            made["url"] + "/admin/api/2026-10/orders.json", headers=headers, timeout=5
        ).status_code
        == 404
    )


def test_sell_commits_and_ship_lowers_on_hand(made, control, client):
    item = made["variants"][0]["item"]
    placed = control.place(made["name"], order_of(made))[0]
    assert quantities(client, item)["Main"] == {
        "available": 8,
        "on_hand": 10,
        "committed": 2,
    }
    order = client.data(ORDER, id=placed["id"])["order"]
    assert order["displayFinancialStatus"] == "PAID"
    assert order["totalPriceSet"]["presentmentMoney"] == {
        "amount": "39.8",
        "currencyCode": "EUR",
    }
    node = order["fulfillmentOrders"]["nodes"][0]
    pick = {
        "lineItemsByFulfillmentOrder": [
            {
                "fulfillmentOrderId": node["id"],
                "fulfillmentOrderLineItems": [
                    {"id": node["lineItems"]["nodes"][0]["id"], "quantity": 1}
                ],
            }
        ],
        "trackingInfo": {"company": "DHL", "number": "1Z"},
        "notifyCustomer": True,
    }
    done = client.data(FULFIL, f=pick)["fulfillmentCreate"]
    assert done["userErrors"] == []
    assert done["fulfillment"]["trackingInfo"] == [
        {"number": "1Z", "url": None, "company": "DHL"}
    ]
    assert quantities(client, item)["Main"] == {
        "available": 8,
        "on_hand": 9,
        "committed": 1,
    }
    order = client.data(ORDER, id=placed["id"])["order"]
    assert order["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    closed, rest = order["fulfillmentOrders"]["nodes"]
    assert (closed["id"], closed["status"]) == (node["id"], "CLOSED")
    assert rest["lineItems"]["nodes"][0]["remainingQuantity"] == 1
    again = client.data(FULFIL, f=pick)["fulfillmentCreate"]
    assert again["fulfillment"] is None
    assert again["userErrors"]


def test_orders_are_polled_by_update(made, control, client):
    names = [
        one["name"]
        for one in control.place(
            made["name"], *[order_of(made, quantity=1) for _ in range(5)]
        )
    ]
    query = """query($after: String, $q: String) {
        orders(first: 2, after: $after, query: $q, sortKey: UPDATED_AT) {
        nodes { name updatedAt } pageInfo { hasNextPage endCursor } } }"""
    since = "updated_at:>='2020-01-01T00:00:00Z'"
    seen, after = [], None
    while True:
        page = client.data(query, after=after, q=since)["orders"]
        seen += [node["name"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert sorted(seen) == sorted(names)
    future = "updated_at:>'2099-01-01T00:00:00Z'"
    assert client.data(query, q=future)["orders"]["nodes"] == []


def test_set_quantities(made, client):
    item, place = made["variants"][0]["item"], made["locations"]["Main"]
    row = {
        "inventoryItemId": item,
        "locationId": place,
        "quantity": 7,
        "changeFromQuantity": 10,
    }
    given = {"name": "available", "reason": "correction", "quantities": [row]}
    key = str(uuid.uuid4())
    done = client.data(SET, input=given, key=key)["inventorySetQuantities"]
    assert done["userErrors"] == []
    assert done["inventoryAdjustmentGroup"]["changes"][0] == {
        "name": "available",
        "delta": -3,
        "quantityAfterChange": 7,
    }
    assert client.data(SET, input=given, key=key)["inventorySetQuantities"] == done
    stale = client.data(SET, input=given, key=str(uuid.uuid4()))[
        "inventorySetQuantities"
    ]
    assert stale["userErrors"][0]["code"] == "CHANGE_FROM_QUANTITY_STALE"
    assert stale["userErrors"][0]["field"][:3] == ["input", "quantities", "0"]


@pytest.fixture
def inbox():
    with receiving() as box:
        yield box


def test_webhooks_are_signed(made, control, client, inbox):
    assert subscribe(client, "ORDERS_CREATE", inbox.url)["userErrors"] == []
    taken = subscribe(client, "ORDERS_CREATE", inbox.url)
    assert (
        taken["userErrors"][0]["message"]
        == "Address for this topic has already been taken"
    )
    placed = control.place(made["name"], order_of(made))[0]
    assert control.wait_delivered(10)
    ((headers, raw),) = inbox.calls
    secret = made["app"]["client_secret"].encode()
    assert (
        headers["X-Shopify-Hmac-Sha256"]
        == base64.b64encode(hmac.new(secret, raw, hashlib.sha256).digest()).decode()
    )
    assert headers["X-Shopify-Topic"] == "orders/create"
    assert headers["X-Shopify-Shop-Domain"] == made["domain"]
    body = Request.from_values(data=raw, content_type="application/json").get_json()
    assert body["admin_graphql_api_id"] == placed["id"]
    assert isinstance(body["id"], int)
    assert body["updated_at"].endswith("+01:00") or body["updated_at"].endswith(
        "+02:00"
    )


def test_webhooks_are_retried_and_misbehave_on_command(made, control, client, inbox):
    control.post(f"shops/{made['name']}/settings", webhook_retry_seconds=0.05)
    subscribe(client, "ORDERS_CREATE", inbox.url)
    inbox.status = 500
    control.place(made["name"], order_of(made, quantity=1))
    while len(inbox.calls) < 2:
        time.sleep(0.01)
    inbox.status = 200
    assert control.wait_delivered(20)
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _raw in inbox.calls}) == 1
    inbox.calls.clear()
    control.post(
        "webhooks", {"duplicate": 3, "shuffle": 0.1, "bad_signature": 1.0, "seed": 1}
    )
    control.place(made["name"], order_of(made, quantity=1))
    assert control.wait_delivered(20)
    signatures = {headers["X-Shopify-Hmac-Sha256"] for headers, _raw in inbox.calls}
    assert len(inbox.calls) == 6
    assert len(signatures) == 2
