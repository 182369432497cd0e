"""Webhooks: what deliveries say, and that the wanted ones are subscribed to."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from odoo.addons.channel_base.adapter.errors import (
    MalformedError,
    RejectedError,
    SignatureError,
)
from odoo.addons.channel_base.adapter.port import Settings
from odoo.addons.channel_base.adapter.webhook import Resource, WebhookRequest, sign
from odoo.addons.channel_shopify.adapter import webhooks
from odoo.addons.channel_shopify.adapter.orders import FULFILMENT_ORDER

from tests.simulators.shopify import webhooks as simulated

SHOP = "demo.myshopify.com"
SETTINGS = Settings(
    account=SHOP,
    secrets={"client_secret": "now", "client_secret_previous": "before"},
)
ADDRESS = "https://hub.example.com/channel/1/webhook"


def event(body, topic="orders/create", secret="now", settings=SETTINGS, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": sign(secret, raw),
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Event-Id": "event-1",
        "X-Shopify-Webhook-Id": "delivery-1",
        "X-Shopify-Triggered-At": "2026-11-22T10:00:00.123456789Z",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return webhooks.event(settings, SHOP, WebhookRequest.build(given.items(), raw))


FIRM = {"admin_graphql_api_id": "gid://shopify/Company/7"}
BODIES = {
    "customers/create": ({"id": 7}, Resource.CUSTOMER, "7"),
    "customers/update": ({"id": 7}, Resource.CUSTOMER, "7"),
    "customers/merge": (
        {
            "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/7",
            "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/6",
        },
        Resource.CUSTOMER_MERGE,
        "6>7",
    ),
    "companies/update": (FIRM, Resource.COMPANY, "7"),
    "company_locations/update": (
        {"admin_graphql_api_id": "gid://shopify/CompanyLocation/1", "company": FIRM},
        Resource.COMPANY,
        "7",
    ),
    "company_contacts/create": (
        {"admin_graphql_api_id": "gid://shopify/CompanyContact/1", "company": FIRM},
        Resource.COMPANY,
        "7",
    ),
    "orders/create": ({"id": 7}, Resource.ORDER, "7"),
    "orders/updated": ({"id": 6_000_000_000_007}, Resource.ORDER, "6000000000007"),
    "orders/edited": ({"order_edit": {"order_id": 7, "id": 1}}, Resource.ORDER, "7"),
    "orders/risk_assessment_changed": ({"order_id": 7}, Resource.ORDER, "7"),
    "orders/delete": ({"id": 7}, Resource.ORDER, "7"),
    "refunds/create": ({"id": 1, "order_id": 7}, Resource.ORDER, "7"),
    "fulfillments/update": ({"id": 1, "order_id": 7}, Resource.ORDER, "7"),
    "order_transactions/create": ({"id": 1, "order_id": 7}, Resource.ORDER, "7"),
    "fulfillment_orders/placed_on_hold": (
        {"fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/7"}},
        Resource.ORDER,
        f"{FULFILMENT_ORDER}7",
    ),
    "fulfillment_orders/moved": (
        {"moved_fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/7"}},
        Resource.ORDER,
        f"{FULFILMENT_ORDER}7",
    ),
    "products/update": ({"id": 7}, Resource.LISTING, "7"),
    "products/delete": ({"id": 7}, Resource.LISTING, "7"),
    "inventory_levels/update": (
        {"inventory_item_id": 7, "location_id": 8},
        Resource.STOCK_LEVEL,
        "7",
    ),
    "locations/update": ({"id": 7}, Resource.LOCATION, "7"),
    "app/uninstalled": ({"id": 1}, Resource.CONNECTION, ""),
    "app/scopes_update": ({"id": 1}, Resource.CONNECTION, ""),
    "carts/update": ({"token": "x"}, None, ""),
    "bulk_operations/finish": ({"status": "completed"}, None, ""),
}


@pytest.mark.parametrize("topic", BODIES)
def test_a_delivery_says_what_it_is_about(topic):
    body, resource, external_id = BODIES[topic]
    found = event(body, topic)
    assert (found.topic, found.resource, found.external_id) == (
        topic,
        resource,
        external_id,
    )
    assert found.occurred_at == datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("topic", [t for t, (_b, _r, i) in BODIES.items() if i])
@pytest.mark.parametrize(
    "body", [{}, {"id": None}, {"id": "x"}, {"id": [1]}, {"id": {}}]
)
def test_a_delivery_about_nothing_is_malformed(topic, body):
    with pytest.raises(MalformedError, match=topic):
        event(body, topic)


def test_a_body_nested_too_deep_is_malformed():
    with pytest.raises(MalformedError, match="JSON"):
        event(b"[" * 200_000)


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_a_moment_beyond_all_calendars_is_none(moment):
    assert event({"id": 7}, X_Shopify_Triggered_At=moment).occurred_at is None


def test_an_id_is_made_of_plain_digits():
    with pytest.raises(MalformedError):
        event({"id": "\u00b2"})


def test_both_families_of_headers_are_read():
    raw = b'{"id": 7}'
    headers = {
        "shopify-topic": "orders/create",
        "shopify-hmac-sha256": sign("now", raw),
        "shopify-shop-domain": SHOP,
        "shopify-webhook-id": "w",
        "shopify-triggered-at": "2026-11-22T10:00:00Z",
    }
    request = WebhookRequest.build(headers.items(), raw)
    found = webhooks.event(SETTINGS, SHOP, request)
    assert (found.topic, found.external_id, found.event_key) == (
        "orders/create",
        "7",
        "w",
    )


def test_an_event_has_one_key_however_often_it_is_delivered():
    first = event({"id": 7}, X_Shopify_Webhook_Id="a")
    assert event({"id": 7}, X_Shopify_Webhook_Id="b").event_key == first.event_key
    assert event({"id": 7}, X_Shopify_Event_Id="other").event_key != first.event_key
    # one action rings several topics under one event id, and none may be dropped
    assert event({"id": 7}, "orders/paid").event_key != first.event_key


def test_without_event_id_the_delivery_counts_then_the_body():
    assert event({"id": 7}, X_Shopify_Event_Id="").event_key == "delivery-1"
    bare = {"X_Shopify_Event_Id": "", "X_Shopify_Webhook_Id": ""}
    same = event({"id": 7}, **bare).event_key
    assert same
    assert event({"id": 7}, **bare).event_key == same
    assert event({"id": 8}, **bare).event_key != same


def test_the_secret_before_is_accepted_while_it_is_kept():
    assert event({"id": 7}, secret="before").external_id == "7"
    with pytest.raises(SignatureError):
        event({"id": 7}, secret="older")


def test_without_any_secret_nothing_is_accepted():
    bare = Settings(account=SHOP)
    with pytest.raises(SignatureError):
        event({"id": 7}, secret="", settings=bare)


@pytest.mark.parametrize("domain", ["", "other.myshopify.com", "demo.myshopify.com.x"])
def test_another_shop_is_refused(domain):
    with pytest.raises(SignatureError, match="another shop"):
        event({"id": 7}, X_Shopify_Shop_Domain=domain)


def test_the_domain_is_compared_without_case():
    assert event({"id": 7}, X_Shopify_Shop_Domain="Demo.MyShopify.com")


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-11-22T10:00:00"])
def test_a_moment_that_is_none_does_no_harm(moment):
    assert event({"id": 7}, X_Shopify_Triggered_At=moment).occurred_at is None


def test_a_delivery_without_topic_is_malformed():
    with pytest.raises(MalformedError, match="topic"):
        event({"id": 7}, topic="")


# --- subscriptions --------------------------------------------------------------------


def subscriptions(market):
    return market.shop.all("WebhookSubscription")


def test_what_is_wanted_exists_at_shopify():
    known = set(simulated_topics())
    assert {webhooks._enum(topic) for topic in webhooks.TOPICS} <= known
    assert set(webhooks.WANTED) <= set(webhooks.TOPICS)


def simulated_topics():
    from tests.simulators.shopify.registry import schema

    return schema().type_map["WebhookSubscriptionTopic"].values


def test_missing_subscriptions_are_made_once(market):
    adapter = market.adapter()
    first = adapter.ensure_webhooks(ADDRESS)
    assert set(first.created) == set(webhooks.WANTED)
    second = adapter.ensure_webhooks(ADDRESS)
    assert set(second.present) == set(webhooks.WANTED)
    assert not second.created
    assert not second.missing
    assert len(subscriptions(market)) == len(webhooks.WANTED)
    assert {one["uri"] for one in subscriptions(market)} == {ADDRESS}


def test_looking_makes_nothing(market):
    found = market.adapter().ensure_webhooks(ADDRESS, repair=False)
    assert set(found.missing) == set(webhooks.WANTED)
    assert not subscriptions(market)


def test_a_deleted_subscription_is_made_again(market):
    adapter = market.adapter()
    adapter.ensure_webhooks(ADDRESS)
    lost = subscriptions(market)[0]
    market.shop.remove(lost["id"])
    assert len(adapter.ensure_webhooks(ADDRESS).created) == 1


def test_a_narrowed_subscription_is_mended(market):
    adapter = market.adapter()
    adapter.ensure_webhooks(ADDRESS)
    one, other, third = subscriptions(market)[:3]
    one["includeFields"], other["filter"], third["format"] = ["note"], "id:1", "XML"
    assert len(adapter.ensure_webhooks(ADDRESS, repair=False).missing) == 3
    assert len(adapter.ensure_webhooks(ADDRESS).created) == 3
    assert not adapter.ensure_webhooks(ADDRESS).created
    assert len(subscriptions(market)) == len(webhooks.WANTED)


def test_the_subscriptions_of_another_address_are_left_alone(market):
    adapter = market.adapter()
    adapter.ensure_webhooks("https://other.example.com/hook")
    created = adapter.ensure_webhooks(ADDRESS).created
    assert len(created) == len(webhooks.WANTED)
    assert len(subscriptions(market)) == 2 * len(webhooks.WANTED)


def test_what_shopify_refuses_is_missing(market):
    market.fault(
        "rewrite",
        shops=[market.name],
        operations=["webhookSubscriptionCreate"],
        limit=1,
        find=r'"userErrors":\s*\[\]',
        replace='"userErrors": [{"field": null, "message": "no"}]',
    )
    assert len(market.adapter().ensure_webhooks(ADDRESS).missing) == 1


def test_only_https_is_delivered_to(market):
    adapter = market.adapter()
    adapter.client.settings = SETTINGS
    with pytest.raises(RejectedError, match="https"):
        adapter.ensure_webhooks("http://hub.example.com")


def test_nothing_is_subscribed_to_that_could_not_be_proved(market):
    adapter = market.adapter(auth="static")
    secrets = {"access_token": adapter.settings.secrets["access_token"]}
    adapter.client.settings = replace(adapter.settings, secrets=secrets)
    with pytest.raises(RejectedError, match="client secret"):
        adapter.ensure_webhooks(ADDRESS)
    assert not subscriptions(market)


def test_real_deliveries_are_understood(market):
    """What the simulator sends when things happen."""
    made = []
    market.simulator.courier.send = lambda shop, one, payload, event: made.append(
        (simulated.topic_name(one["topic"]), payload)
    )
    market.adapter().ensure_webhooks(ADDRESS)
    placed = market.place(lines=[market.line(0)])
    market.act(placed, "hold", reason="OTHER")
    market.act(placed, "release")
    market.act(placed, "edit", add=[market.line(1)])
    market.act(placed, "risk", recommendation="CANCEL")
    market.act(placed, "refund", money="1.00")
    market.act(placed, "cancel")
    assert {topic for topic, _payload in made} >= {
        "orders/create",
        "orders/edited",
        "orders/cancelled",
        "refunds/create",
        "fulfillment_orders/placed_on_hold",
        "fulfillment_orders/hold_released",
        "products/update",
    }
    for topic, payload in made:
        found = event(payload, topic)
        assert found.external_id
        if found.resource is Resource.ORDER:
            (read,) = market.adapter().read_orders((found.external_id,))
            assert read.order.external_id == placed
