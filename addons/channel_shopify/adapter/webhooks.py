"""Webhooks: which ones are wanted, and what a delivery is about."""

import hashlib
import json
from datetime import UTC, datetime

from odoo.addons.channel_base.adapter.errors import (
    MalformedError,
    RejectedError,
    SignatureError,
)
from odoo.addons.channel_base.adapter.port import WebhookHealth
from odoo.addons.channel_base.adapter.webhook import Resource, WebhookEvent, verify

from . import privacy
from .ids import digits
from .orders import FULFILMENT_ORDER

# topic -> where the body names the order, the first place that does; a dotted path goes
# into objects
ORDER_TOPICS = {
    "orders/create": ("id",),
    "orders/updated": ("id",),
    "orders/paid": ("id",),
    "orders/cancelled": ("id",),
    "orders/fulfilled": ("id",),
    "orders/partially_fulfilled": ("id",),
    "orders/delete": ("id",),
    "orders/edited": ("order_edit.order_id", "id"),
    "orders/risk_assessment_changed": ("order_id", "admin_graphql_api_order_id", "id"),
    "refunds/create": ("order_id",),
    "fulfillments/create": ("order_id",),
    "fulfillments/update": ("order_id",),
    "order_transactions/create": ("order_id",),
}
FULFILMENT_ORDER_TOPICS = dict.fromkeys(
    (
        "fulfillment_orders/order_routing_complete",
        "fulfillment_orders/placed_on_hold",
        "fulfillment_orders/hold_released",
        "fulfillment_orders/moved",
        "fulfillment_orders/cancelled",
        "fulfillment_orders/rescheduled",
        "fulfillment_orders/scheduled_fulfillment_order_ready",
    ),
    ("fulfillment_order.id", "moved_fulfillment_order.id"),
)
MERGE = "customers/merge"
# Wanted where customers are imported. Locations and contacts of companies are told by
# changes of the company too, but not always.
CUSTOMER_TOPICS = {
    "customers/create": (Resource.CUSTOMER, ("id",)),
    "customers/update": (Resource.CUSTOMER, ("id",)),
    MERGE: (Resource.CUSTOMER_MERGE, ("admin_graphql_api_customer_deleted_id",)),
}
COMPANY_TOPICS = {  # refused by shops without business customers
    "companies/create": (Resource.COMPANY, ("admin_graphql_api_id", "id")),
    "companies/update": (Resource.COMPANY, ("admin_graphql_api_id", "id")),
    **dict.fromkeys(
        (
            "company_locations/create",
            "company_locations/update",
            "company_contacts/create",
            "company_contacts/update",
        ),
        (Resource.COMPANY, ("company.admin_graphql_api_id", "company.id")),
    ),
}
# refused to apps that may not read returns: they are told so by the flow's rights
RETURN_TOPICS = dict.fromkeys(
    (
        "returns/request",
        "returns/approve",
        "returns/decline",
        "returns/cancel",
        "returns/close",
        "returns/reopen",
        "returns/process",
        "returns/update",
    ),
    (Resource.RETURN, ("admin_graphql_api_id", "id")),
)
# topic -> (what it rings for, where the body names it)
TOPICS = {
    **RETURN_TOPICS,
    **{topic: (Resource.ORDER, paths) for topic, paths in ORDER_TOPICS.items()},
    **{
        topic: (Resource.ORDER, paths)
        for topic, paths in FULFILMENT_ORDER_TOPICS.items()
    },
    **CUSTOMER_TOPICS,
    **COMPANY_TOPICS,
    "products/create": (Resource.LISTING, ("id",)),
    "products/update": (Resource.LISTING, ("id",)),
    "products/delete": (Resource.LISTING, ("id",)),
    "inventory_levels/update": (Resource.STOCK_LEVEL, ("inventory_item_id",)),
    "locations/create": (Resource.LOCATION, ("id",)),
    "locations/update": (Resource.LOCATION, ("id",)),
    "locations/activate": (Resource.LOCATION, ("id",)),
    "locations/deactivate": (Resource.LOCATION, ("id",)),
    "locations/delete": (Resource.LOCATION, ("id",)),
    "app/uninstalled": (Resource.CONNECTION, ()),
    "app/scopes_update": (Resource.CONNECTION, ()),
}
# Subscribed to. Not wanted: what orders/updated rings for anyway, and stock levels,
# which echo every quantity that the hub itself sets.
WANTED = (
    "orders/create",
    "orders/updated",
    "orders/cancelled",
    "orders/edited",
    "orders/delete",
    "orders/risk_assessment_changed",
    "refunds/create",
    *RETURN_TOPICS,
    *FULFILMENT_ORDER_TOPICS,
    "products/create",
    "products/update",
    "products/delete",
    "locations/create",
    "locations/update",
    "locations/activate",
    "locations/deactivate",
    "locations/delete",
    "app/uninstalled",
    "app/scopes_update",
)


def event(settings, shop, request):
    """What a delivery says, once its signature is proved.

    :param shop: domain that deliveries must come from.
    :param request: ``WebhookRequest``.
    :raises SignatureError: wrong signature or another shop.
    :raises MalformedError: unreadable.
    """
    secrets = [
        settings.secrets.get(name)
        for name in ("client_secret", "client_secret_previous")
    ]
    if not verify(secrets, request.body, _header(request, "hmac-sha256")):
        raise SignatureError("The webhook is not signed with this app's secret.")
    if _header(request, "shop-domain").lower() != shop:
        raise SignatureError("The webhook comes from another shop.")
    topic, body = _header(request, "topic"), _body(request)
    if not topic:
        raise MalformedError("The webhook names no topic.")
    resource, paths = TOPICS.get(topic, (None, ()))
    asked = privacy.ask(topic, body)
    return WebhookEvent(
        event_key=_event_key(request, topic),
        topic=topic,
        resource=resource,
        external_id=asked.customer if asked else _external_id(body, topic, paths),
        privacy=asked,
        occurred_at=_moment(_header(request, "triggered-at")),
    )


def _header(request, name):
    """A header in either spelling: ``X-Shopify-Topic`` or, since 2026,
    ``Shopify-Topic``."""
    return (
        request.headers.get(f"x-shopify-{name}")
        or request.headers.get(f"shopify-{name}")
        or ""
    )


def _event_key(request, topic):
    """One event may ring several topics: each is kept, once however often it comes."""
    event_id = _header(request, "event-id")
    if event_id:
        return f"{event_id}:{topic}"
    unique = hashlib.sha256(topic.encode() + request.body).hexdigest()
    return _header(request, "webhook-id") or unique


def _body(request):
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise MalformedError("The webhook's body is not JSON.") from error
    if not isinstance(body, dict):
        raise MalformedError("The webhook's body is not an object.")
    return body


def _subject(body, topic, paths):
    """Digits of what the delivery is about."""
    found = next(
        filter(str.isdecimal, (_digits_at(body, path) for path in paths)), None
    )
    if found is None:
        raise MalformedError(
            f"The webhook {topic} does not say what it is about ({' or '.join(paths)})."
        )
    return f"{FULFILMENT_ORDER}{found}" if topic in FULFILMENT_ORDER_TOPICS else found


def _external_id(body, topic, paths):
    if topic == MERGE:
        kept = _digits_at(body, "admin_graphql_api_customer_kept_id")
        return f"{_subject(body, topic, paths)}>{kept}"
    return _subject(body, topic, paths) if paths else ""


def _digits_at(body, path):
    value = body
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return digits(str(value)) if isinstance(value, int | str) else ""


def _moment(text):
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def ensure(client, address, repair):
    """Compare this app's subscriptions with the wanted ones, and make or mend them.

    :param address: absolute HTTPS URL. :param repair: False only looks.
    :return: ``WebhookHealth`` by topic.
    :raises RejectedError: for an address that Shopify does not deliver to, or when
        deliveries could not be proved.
    """
    if not client.settings.secrets.get("client_secret"):
        raise RejectedError(
            "the app's client secret, which signs webhooks, is not entered",
            code="client_secret",
        )
    if not address.startswith("https://") and not client.settings.base_url:
        raise RejectedError("only https addresses are delivered to", code="https")
    found = {
        part["topic"]: part
        for part in client.pages("webhooks")
        if part["uri"] == address
    }
    present, created, missing = [], [], []
    wanted = _wanted(client.settings)
    for topic in wanted:
        existing = found.get(_enum(topic))
        if existing and _healthy(existing):
            present.append(topic)
        elif repair and _subscribe(client, topic, address, existing):
            created.append(topic)
        elif topic not in COMPANY_TOPICS and not (repair and topic in RETURN_TOPICS):
            missing.append(topic)
    if repair:
        _unsubscribe(client, found, {*CUSTOMER_TOPICS, *COMPANY_TOPICS} - {*wanted})
    return WebhookHealth(
        present=tuple(present), created=tuple(created), missing=tuple(missing)
    )


def _wanted(settings):
    """Topics by what the channel takes in."""
    if settings.options.get("customer_import", "off") == "off":
        return WANTED
    return (*WANTED, *CUSTOMER_TOPICS, *COMPANY_TOPICS)


def _unsubscribe(client, found, topics):
    """Have topics delivered no more: personal data that nobody asked for stays away."""
    for topic in sorted(topics):
        if _enum(topic) in found:
            client.mutate("webhook_delete", id=found[_enum(topic)]["id"])


def _enum(topic):
    """``orders/create`` -> ``ORDERS_CREATE``."""
    return topic.replace("/", "_").upper()


def _healthy(subscription):
    """Whether whole events come, as JSON."""
    narrowed = subscription.get("filter") or subscription.get("includeFields")
    return subscription["format"] == "JSON" and not narrowed


def _subscribe(client, topic, address, existing):
    """Make or mend one subscription; whether Shopify accepted it."""
    wanted = {"uri": address, "format": "JSON"}
    if existing:
        wanted |= {"filter": "", "includeFields": []}
        answer = client.mutate("webhook_update", id=existing["id"], subscription=wanted)
    else:
        answer = client.mutate(
            "webhook_create", topic=_enum(topic), subscription=wanted
        )
    return not answer["userErrors"]
