"""Delivering webhooks by hand, as a shop would or as it never would."""

import json
import uuid

import requests

from odoo.addons.channel_base.adapter.webhook import sign


def deliver(hub, channel_id, shop, body, topic="orders/create", **headers):
    """Deliver a webhook, signed as the shop's app does unless told otherwise.

    :param hub: a running hub. :param channel_id: database id of the channel.
    :param shop: the answer of ``worlds.open_shop``.
    :param body: bytes, or what becomes JSON.
    :param headers: with ``_`` for ``-``; None leaves one out.
    :return: the hub's answer.
    """
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    known = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": shop["domain"],
        "X-Shopify-Event-Id": str(uuid.uuid4()),
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Hmac-Sha256": sign(shop["app"]["client_secret"], raw),
    }
    known |= {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.post(
        f"{hub.url}/channel/{channel_id}/webhook",
        data=raw,
        headers={name: value for name, value in known.items() if value},
        timeout=30,
    )
