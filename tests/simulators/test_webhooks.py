"""Webhook subscriptions and deliveries (fact sheet, section 11)."""

import json
import time

import pytest

from .documents import order_of, subscribe
from .inbox import receiving


def test_addresses(made, client):
    assert subscribe(client, "ORDERS_CREATE", "http://shop.example.com/h")["userErrors"]
    assert subscribe(client, "ORDERS_CREATE", "")["userErrors"]
    fine = subscribe(client, "ORDERS_CREATE", "https://shop.example.com/h")
    assert fine["userErrors"] == []


def test_listing_updating_deleting(made, client):
    for topic in ("ORDERS_CREATE", "ORDERS_UPDATED"):
        subscribe(client, topic, "https://a.example.com/h")
    query = """query($t: [WebhookSubscriptionTopic!], $u: String) {
               webhookSubscriptions(first: 9, topics: $t, uri: $u) {
               nodes { id uri } } }"""
    nodes = client.data(query, t=["ORDERS_CREATE"])["webhookSubscriptions"]["nodes"]
    assert len(nodes) == 1
    update = """mutation($id: ID!, $w: WebhookSubscriptionInput!) {
                webhookSubscriptionUpdate(id: $id, webhookSubscription: $w) {
                webhookSubscription { uri } userErrors { message } } }"""
    new = {"uri": "https://b.example.com/h"}
    client.data(update, id=nodes[0]["id"], w=new)
    found = client.data(query, u=new["uri"])["webhookSubscriptions"]["nodes"]
    assert found == [{"id": nodes[0]["id"], **new}]
    delete = """mutation($id: ID!) { webhookSubscriptionDelete(id: $id) {
                deletedWebhookSubscriptionId userErrors { message } } }"""
    assert client.data(delete, id=nodes[0]["id"])["webhookSubscriptionDelete"] == {
        "deletedWebhookSubscriptionId": nodes[0]["id"],
        "userErrors": [],
    }


@pytest.fixture
def inbox():
    with receiving() as box:
        yield box


def test_one_event_has_one_id_for_all_subscriptions(made, control, client, inbox):
    for path in ("a", "b"):
        subscribe(client, "ORDERS_CREATE", f"{inbox.url}/{path}")
    control.place(made["name"], order_of(made))
    assert control.wait_delivered(10)
    events = {headers["X-Shopify-Event-Id"] for headers, _raw in inbox.calls}
    webhooks = {headers["X-Shopify-Webhook-Id"] for headers, _raw in inbox.calls}
    assert (len(inbox.calls), len(events), len(webhooks)) == (2, 1, 2)


def test_fields_are_chosen_by_the_subscription(made, control, client, inbox):
    subscribe(client, "ORDERS_CREATE", inbox.url, includeFields=["id", "name"])
    (placed,) = control.place(made["name"], order_of(made))
    assert control.wait_delivered(10)
    ((_headers, raw),) = inbox.calls
    number = int(placed["id"].split("/")[-1])
    assert json.loads(raw) == {"id": number, "name": placed["name"]}


@pytest.mark.parametrize(
    ("topic", "header"),
    [
        ("ORDERS_UPDATED", "orders/updated"),
        ("ORDERS_CANCELLED", "orders/cancelled"),
        ("REFUNDS_CREATE", "refunds/create"),
        ("INVENTORY_LEVELS_UPDATE", "inventory_levels/update"),
        ("ORDER_TRANSACTIONS_CREATE", "order_transactions/create"),
    ],
)
def test_topics_of_a_cancellation(made, control, client, inbox, topic, header):
    (placed,) = control.place(made["name"], order_of(made))
    subscribe(client, topic, inbox.url)
    control.order(made["name"], placed["name"], "cancel")
    assert control.wait_delivered(10)
    assert {headers["X-Shopify-Topic"] for headers, _raw in inbox.calls} == {header}


def test_a_sale_updates_the_product_and_cuts_its_variants(made, control, client, inbox):
    options = {"products": 1, "variants_each": 120, "prefix": "WIDE"}
    variants = control.post(f"shops/{made['name']}/catalogue", options)["variants"]
    subscribe(client, "PRODUCTS_UPDATE", inbox.url)
    control.place(made["name"], {"lines": [{"variant": variants[0]["id"]}]})
    assert control.wait_delivered(10)
    ((_headers, raw),) = inbox.calls
    body = json.loads(raw)
    assert (len(body["variants"]), len(body["variant_gids"])) == (100, 120)


def test_lost_and_late(made, control, client, inbox):
    subscribe(client, "ORDERS_CREATE", inbox.url)
    control.post("webhooks", {"lost": 1.0})
    control.place(made["name"], order_of(made, quantity=1))
    assert control.wait_delivered(10)
    assert inbox.calls == []
    control.post("webhooks", {"late": 0.3})
    started = time.monotonic()
    control.place(made["name"], order_of(made, quantity=1))
    assert control.wait_delivered(10)
    assert time.monotonic() - started >= 0.3
    assert len(inbox.calls) == 1


def test_any_body_may_be_sent(made, control, client, inbox):
    subscribe(client, "ORDERS_CREATE", inbox.url)
    control.post(
        f"shops/{made['name']}/webhooks/send", topic="MOONS_RISE", payload={"x": None}
    )
    assert control.wait_delivered(10)
    ((headers, raw),) = inbox.calls
    assert headers["X-Shopify-Topic"] == "moons/rise"
    assert json.loads(raw) == {"x": None}


def test_what_is_deleted_is_announced_by_its_id(made, control, client, inbox):
    for topic in ("PRODUCTS_DELETE", "ORDERS_DELETE"):
        subscribe(client, topic, inbox.url)
    (placed,) = control.place(made["name"], order_of(made))
    control.order(made["name"], placed["name"], "delete")
    product = made["variants"][0]["product"]
    control.post(f"shops/{made['name']}/products/delete", id=product)
    assert control.wait_delivered(10)
    bodies = [json.loads(raw) for _headers, raw in inbox.calls]
    gone = {int(gid.split("/")[-1]) for gid in (placed["id"], product)}
    assert {body["id"] for body in bodies} == gone
    assert all(len(body) == 1 for body in bodies)
