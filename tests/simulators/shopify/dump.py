"""Control reads: what the simulator knows, compact enough to compare with."""

from ..amounts import ZERO
from . import payments
from .inventory_state import quantity
from .money import presentment
from .order_totals import current_quantity, lines, summary
from .orders import fulfilment_status


def status(simulator):
    """Return shops, clock, open deliveries and counts."""
    return {
        "shops": {name: _counts(shop) for name, shop in simulator.shops.items()},
        "now": simulator.clock.iso(),
        "deliveries_pending": simulator.courier.pending(),
        "operations": simulator.log.summary(),
        "faults": simulator.faults.describe(),
        "latency": simulator.latency,
    }


def _counts(shop):
    return {
        "domain": shop.domain,
        **{kind: len(nodes) for kind, nodes in shop.tables.items()},
    }


def deliveries(simulator, last=500):
    """Return webhook sendings: topic, event id, attempt, status."""
    return {
        "pending": simulator.courier.pending(),
        "attempts": simulator.courier.attempts[-int(last) :],
    }


def dump_shop(simulator, shop):
    """Return the compact state of a shop."""
    with shop.lock:
        return {
            "name": shop.name,
            "domain": shop.domain,
            "settings": shop.settings,
            "locations": {one["name"]: one["id"] for one in shop.all("Location")},
            "webhooks": shop.all("WebhookSubscription"),
            "bulk": [
                {key: one[key] for key in ("id", "status", "objectCount")}
                for one in shop.all("BulkOperation")
            ],
            **stock(simulator, shop),
            **orders(simulator, shop),
        }


def stock(simulator, shop):
    """Return `{stock: {sku: {location: {available, committed, on_hand}}}}`."""
    found = {}
    with shop.lock:
        for node in shop.all("InventoryLevel"):
            sku = shop.get(node["item"])["sku"]
            place = shop.get(node["location"])["name"]
            values = {
                name: quantity(node, name)
                for name in ("available", "committed", "on_hand")
            }
            found.setdefault(sku or node["item"], {})[place] = values
    return {"stock": found}


def prices(simulator, shop):
    """Return `{prices: {sku: {price list id: [price, compare-at price]}}}`: the shop's
    own under an empty id, fixed ones only of the lists."""
    found = {}
    with shop.lock:
        for one in shop.all("ProductVariant"):
            row = found.setdefault(one["sku"] or one["id"], {})
            row[""] = [one["price"], one["compareAtPrice"]]
            for node in shop.all("PriceList"):
                fixed = node["fixed"].get(one["id"])
                if fixed:
                    row[node["id"]] = [fixed["price"], fixed["compare"]]
    return {"prices": found}


def orders(simulator, shop, last=None):
    """Return `{orders: {name: facts}}`: statuses, totals, lines, fulfilments,
    payments."""
    with shop.lock:
        nodes = shop.all("Order")[-int(last) :] if last else shop.all("Order")
        return {"orders": {node["name"]: _order(shop, node) for node in nodes}}


def _order(shop, node):
    return {
        "id": node["id"],
        "financial": payments.status(shop, node),
        "fulfilment": fulfilment_status(shop, node),
        "cancelled": bool(node["cancelledAt"]),
        "edited": node["edited"],
        "currency": node["presentmentCurrencyCode"],
        "total": str(summary(shop, node)["total"]),
        "tags": node["tags"],
        "updated_at": node["updatedAt"],
        "lines": [
            {
                "id": line["id"],
                "sku": line["sku"],
                "title": line["title"],
                "quantity": line["quantity"],
                "current": current_quantity(shop, line),
                "fulfilled": line["fulfilled"],
            }
            for line in lines(shop, node)
        ],
        "fulfillments": [
            _fulfilment(shop, shop.get(gid)) for gid in node["fulfillments"]
        ],
        "refunds": len(node["refunds"]),
        "refunded": [_refund(shop, shop.get(gid)) for gid in node["refunds"]],
    }


def _refund(shop, node):
    """What was paid back, and the tax in what was given back."""
    parts = [
        *(one["totalTaxSet"] for one in node["refundLineItems"]),
        *(one["taxAmountSet"] for one in node["refundShippingLines"]),
    ]
    return {
        "paid": str(presentment(node["totalRefundedSet"])),
        "tax": str(sum((presentment(part) for part in parts), ZERO)),
    }


def _fulfilment(shop, node):
    return {
        "id": node["id"],
        "status": node["status"],
        "location": shop.get(node["location"])["name"],
        "tracking": node["tracking"],
        "notified": node["notified"],
        "quantities": {
            shop.get(one["lineItem"])["sku"] or one["lineItem"]: one["quantity"]
            for one in node["fulfillmentLineItems"]
        },
    }


def tokens(simulator, shop):
    """Return `{tokens: [access token]}`, for tests that look for leaks."""
    return {"tokens": sorted(shop.tokens)}
