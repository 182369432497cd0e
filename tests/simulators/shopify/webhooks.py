"""Webhook subscriptions (fact sheet, section 11)."""

from urllib.parse import urlsplit

from .errors import user_error
from .lookup import by_id
from .paging import connection
from .registry import resolver
from .shop_info import VERSION, api_version

LOOPBACK = ("127.0.0.1", "localhost", "::1")
RESOURCES = (
    "BULK_OPERATIONS",
    "COMPANY_CONTACTS",
    "COMPANY_LOCATIONS",
    "FULFILLMENT_EVENTS",
    "FULFILLMENT_HOLDS",
    "FULFILLMENT_ORDERS",
    "INVENTORY_ITEMS",
    "INVENTORY_LEVELS",
    "ORDER_TRANSACTIONS",
)


def topic_name(topic):
    """Return the header form of a topic: ORDERS_RISK_ASSESSMENT_CHANGED ->
    orders/risk_assessment_changed."""
    if "/" in topic:  # a compliance topic: no subscription names it
        return topic
    resource = next(
        (one for one in RESOURCES if topic.startswith(f"{one}_")), topic.split("_")[0]
    )
    return f"{resource}/{topic.removeprefix(resource + '_')}".lower()


def mine(info):
    """Return the subscriptions of the calling app; others are invisible."""
    app = info.context.app["client_id"]
    return [
        node
        for node in info.context.shop.all("WebhookSubscription")
        if node["app"] == app
    ]


@resolver("QueryRoot.webhookSubscription")
def subscription(_source, info, id):
    node = by_id(info, id, "WebhookSubscription")
    return node if node in mine(info) else None


@resolver("QueryRoot.webhookSubscriptions")
def subscriptions(
    _source, info, topics=None, uri=None, format=None, query=None, sortKey=None, **page
):
    nodes = [
        node
        for node in mine(info)
        if (not topics or node["topic"] in topics)
        and (uri is None or node["uri"] == uri)
        and (format is None or node["format"] == format)
    ]
    return connection(info, nodes, **page)


@resolver("WebhookSubscription.apiVersion")
def version(_source, _info):
    return api_version(VERSION)


@resolver("Mutation.webhookSubscriptionCreate")
def create(_source, info, topic, webhookSubscription):
    shop, given = info.context.shop, webhookSubscription
    problem = _problem(info, topic, given.get("uri"))
    if problem:
        return {"webhookSubscription": None, "userErrors": [problem]}
    node = shop.add(
        "WebhookSubscription",
        {
            "app": info.context.app["client_id"],
            "topic": topic,
            "uri": given["uri"],
            "format": given.get("format", "JSON"),
            "filter": given.get("filter"),
            "includeFields": given.get("includeFields") or [],
            "metafieldNamespaces": given.get("metafieldNamespaces") or [],
            "name": given.get("name"),
            "failures": 0,
        },
    )
    return {"webhookSubscription": node, "userErrors": []}


def _problem(info, topic, uri, node=None):
    """Return the user error of an address, or None."""
    where = ["webhookSubscription", "uri"]
    if not uri:
        return user_error("Address can't be blank", where)
    parts = urlsplit(uri)
    if parts.scheme not in ("https", "http", "pubsub", "arn"):
        return user_error("Address is invalid", where)
    if (
        parts.scheme == "http"
        and parts.hostname not in LOOPBACK
        and info.context.shop.settings["webhook_https_only"]
    ):
        return user_error("Address protocol http:// is not supported", where)
    if any(
        one is not node and one["topic"] == topic and one["uri"] == uri
        for one in mine(info)
    ):
        return user_error("Address for this topic has already been taken", where)
    return None


@resolver("Mutation.webhookSubscriptionUpdate")
def update(_source, info, id, webhookSubscription):
    shop, given = info.context.shop, webhookSubscription
    node = subscription(None, info, id)
    if node is None:
        return {
            "userErrors": [user_error("Webhook subscription does not exist", ["id"])]
        }
    if "uri" in given and (
        problem := _problem(info, node["topic"], given["uri"], node)
    ):
        return {"userErrors": [problem]}
    for key in (
        "uri",
        "format",
        "filter",
        "includeFields",
        "metafieldNamespaces",
        "name",
    ):
        if key in given:
            node[key] = given[key]
    shop.touch(node)
    return {"webhookSubscription": node, "userErrors": []}


@resolver("Mutation.webhookSubscriptionDelete")
def delete(_source, info, id):
    node = subscription(None, info, id)
    if node is None:
        return {
            "userErrors": [user_error("Webhook subscription does not exist", ["id"])]
        }
    info.context.shop.remove(id)
    return {"deletedWebhookSubscriptionId": id, "userErrors": []}
