"""Compliance webhooks: what privacy laws make a shop pass on."""

import json

import pytest

from odoo.addons.channel_base.adapter.errors import MalformedError, SignatureError
from odoo.addons.channel_base.adapter.port import Settings
from odoo.addons.channel_base.adapter.webhook import (
    PrivacyAsk,
    PrivacyKind,
    WebhookRequest,
    sign,
)
from odoo.addons.channel_shopify.adapter import webhooks
from odoo.addons.channel_shopify.adapter.privacy import TOPICS

SHOP = "demo.myshopify.com"
SETTINGS = Settings(account=SHOP, secrets={"client_secret": "now"})
CUSTOMER = {"id": 191167, "email": "ann@example.com", "phone": "555-625-1199"}


def event(topic, body, secret="now"):
    raw = json.dumps({"shop_id": 1, "shop_domain": SHOP, **body}).encode()
    given = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": sign(secret, raw),
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Event-Id": "event-1",
    }
    return webhooks.event(SETTINGS, SHOP, WebhookRequest.build(given.items(), raw))


def test_a_data_request():
    found = event(
        "customers/data_request",
        {
            "customer": CUSTOMER,
            "orders_requested": [299938, 280263],
            "data_request": {"id": 9999},
        },
    )
    assert (found.resource, found.external_id) == (None, "191167")
    assert found.privacy == PrivacyAsk(
        PrivacyKind.ACCESS,
        customer="191167",
        email="ann@example.com",
        phone="555-625-1199",
        orders=("299938", "280263"),
    )


def test_a_redaction():
    body = {"customer": CUSTOMER, "orders_to_redact": [299938]}
    found = event("customers/redact", body).privacy
    assert (found.kind, found.orders) == (PrivacyKind.ERASE, ("299938",))


def test_a_shop_that_has_left():
    found = event("shop/redact", {}).privacy
    assert found == PrivacyAsk(PrivacyKind.ERASE_SHOP)


def test_other_topics_ask_for_nothing():
    assert event("customers/update", {"id": 7}).privacy is None


@pytest.mark.parametrize("topic", TOPICS)
def test_a_wrong_signature_is_refused(topic):
    with pytest.raises(SignatureError):
        event(topic, {"customer": CUSTOMER}, secret="guessed")


@pytest.mark.parametrize(
    "body",
    [
        {"customer": {"id": 7, "email": None, "phone": None}},
        {"customer": {"id": None, "email": "a@b.c"}, "orders_to_redact": None},
        {"customer": None, "orders_to_redact": [5, None, "x", {}]},
    ],
)
def test_anything_may_be_null(body):
    asked = event("customers/redact", body).privacy
    assert asked.customer or asked.email or asked.orders == ("5",)


@pytest.mark.parametrize(
    "body", [{}, {"customer": []}, {"customer": {"id": {}}, "orders_to_redact": {}}]
)
def test_a_request_about_nobody_is_malformed(body):
    with pytest.raises(MalformedError, match="customers/redact"):
        event("customers/redact", body)


def test_who_is_asked_about_is_in_no_text_of_the_event():
    found = event("customers/redact", {"customer": CUSTOMER})
    assert "ann@example.com" not in repr(found)
    assert "555" not in repr(found)
