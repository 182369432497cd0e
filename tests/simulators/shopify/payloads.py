"""Webhook bodies: the old REST shapes, a hint of what changed (fact sheet, section 11).

Bodies carry more fields than a client knows, ids are 64-bit integers, and times have
the shop's offset.
"""

from zoneinfo import ZoneInfo

from ..clock import parse
from . import payments
from .order_totals import current_quantity, lines, summary
from .state import digits

MAX_VARIANTS = 100  # products/update carries the first 100 only (fact sheet, section 6)


def body(shop, topic, node, facts):
    """Return the payload of an event as dict.

    :param node: the node that changed
    :param facts: what the event adds
    """
    if topic.endswith("_DELETE"):  # what it was made of is gone too
        return {"id": int(digits(node["id"])), **facts}
    made = _BUILDERS.get(topic.split("_")[0], _plain)(shop, node)
    return {**made, **facts}


def local(shop, text):
    """Return a UTC timestamp with the shop's offset, as REST bodies carry it."""
    return (
        text and parse(text).astimezone(ZoneInfo(shop.settings["timezone"])).isoformat()
    )


def _plain(shop, node):
    found = {"id": int(digits(node["id"])), "admin_graphql_api_id": node["id"]}
    for key, name in (("createdAt", "created_at"), ("updatedAt", "updated_at")):
        if key in node:
            found[name] = local(shop, node[key])
    return found


def _order(shop, node):
    totals = summary(shop, node)
    fulfilled = {
        line["fulfilled"] >= line["quantity"]
        for line in lines(shop, node)
        if line["kind"] != "tip"
    }
    return {
        **_plain(shop, node),
        "name": node["name"],
        "order_number": node["number"],
        "app_id": 580111,
        "email": node["email"],
        "currency": node["currencyCode"],
        "presentment_currency": node["presentmentCurrencyCode"],
        "processed_at": local(shop, node["processedAt"]),
        "cancelled_at": local(shop, node["cancelledAt"]),
        "closed_at": local(shop, node["closedAt"]),
        "financial_status": payments.status(shop, node).lower(),
        "fulfillment_status": "fulfilled"
        if fulfilled == {True}
        else "partial"
        if True in fulfilled
        else None,
        "taxes_included": node["taxesIncluded"],
        "test": node["test"],
        "tags": ", ".join(node["tags"]),
        "note": node["note"],
        "total_price": str(totals["total"]),
        "subtotal_price": str(totals["subtotal"]),
        "total_tax": str(totals["tax"]),
        "customer": _plain(shop, shop.get(node["customer"]))
        if node["customer"]
        else None,
        "line_items": [_line(shop, line) for line in lines(shop, node)],
        "client_details": {"user_agent": "Mozilla/5.0", "browser_ip": "203.0.113.7"},
        "landing_site": "/?utm_source=sim",
        "refunds": [_plain(shop, shop.get(gid)) for gid in node["refunds"]],
    }


def _line(shop, line):
    return {
        "id": int(digits(line["id"])),
        "admin_graphql_api_id": line["id"],
        "title": line["title"],
        "sku": line["sku"],
        "quantity": line["quantity"],
        "current_quantity": current_quantity(shop, line),
        "price": line["originalUnitPriceSet"]["shopMoney"]["amount"],
        "variant_id": line["variant"] and int(digits(line["variant"])),
        "product_exists": bool(line["product"]),
        "gift_card": line["isGiftCard"],
    }


def _child(shop, node):
    """Bodies of refunds, fulfilments and transactions name their order."""
    return {**_plain(shop, node), "order_id": int(digits(node["order"]))}


def _fulfillment(shop, node):
    if (
        "FulfillmentOrder" in node["id"]
    ):  # fulfillment_orders/* bodies only hold the gid and the status
        return {
            "id": node["id"],
            "fulfillment_order": {"id": node["id"], "status": node["status"].lower()},
        }
    return {
        **_child(shop, node),
        "status": node["status"].lower(),
        "name": node["name"],
        "location_id": int(digits(node["location"])),
        "tracking_numbers": [
            one["number"] for one in node["tracking"] if one["number"]
        ],
    }


def _inventory(shop, node):
    if "InventoryLevel" not in node["id"]:
        return _plain(shop, node)
    return {
        "inventory_item_id": int(digits(node["item"])),
        "location_id": int(digits(node["location"])),
        "available": node["available"],
        "updated_at": local(shop, node["updatedAt"]),
        "admin_graphql_api_id": node["id"],
    }


def _product(shop, node):
    variants = [shop.get(gid) for gid in node["variants"]]
    found = {
        **_plain(shop, node),
        "title": node["title"],
        "handle": node["handle"],
        "status": node["status"].lower(),
        "variants": [
            {
                **_plain(shop, one),
                "sku": one["sku"],
                "price": one["price"],
                "barcode": one["barcode"],
            }
            for one in variants[:MAX_VARIANTS]
        ],
    }
    if len(variants) > MAX_VARIANTS:
        found["variant_gids"] = [
            {"admin_graphql_api_id": one["id"]} for one in variants
        ]
    return found


def _bulk(_shop, node):
    return {
        "admin_graphql_api_id": node["id"],
        "completed_at": node["completedAt"],
        "error_code": node["errorCode"],
        "status": node["status"].lower(),
        "type": "query",
    }


def _company(shop, node):
    """Bodies of companies and their parts carry gids only; parts name their company."""
    found = {"admin_graphql_api_id": node["id"], "name": node.get("name")}
    if "company" in node:
        found["company"] = {"admin_graphql_api_id": node["company"]}
    return found


_BUILDERS = {
    "COMPANIES": _company,
    "COMPANY": _company,
    "ORDERS": _order,
    "REFUNDS": _child,
    "ORDER": _child,
    "FULFILLMENTS": _fulfillment,
    "FULFILLMENT": _fulfillment,
    "INVENTORY": _inventory,
    "PRODUCTS": _product,
    "BULK": _bulk,
}
