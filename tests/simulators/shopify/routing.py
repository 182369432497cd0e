"""Commit the stock of new order lines and spread them over fulfillment orders."""

from .fulfilment_state import commit, new_fulfillment_order
from .holds import put_on_hold
from .inventory_state import level


def route(shop, order, line_gids, spec=None):
    """Commit the stock of new lines and spread them over fulfillment orders, one per
    location.

    Gift cards, tips and digital goods need none.

    :param spec: of the order: `location`, gid or name to take everything from, default
        the first that has enough; `hold`, reason to put the new fulfillment orders on
        hold; `fulfil_in`, seconds until they may be shipped; `pickup` and `till`
    """
    by_place, spec = {}, spec or {}
    for line in (shop.get(gid) for gid in line_gids):
        if line["kind"] != "product" or not line["requiresShipping"]:
            line["fulfilled"] = 0 if line["kind"] == "tip" else line["quantity"]
            continue
        by_place.setdefault(_choose(shop, line, spec.get("location")), []).append(
            (line["id"], line["quantity"])
        )
    for place, quantities in by_place.items():
        commit(shop, place, quantities, 1)
        node = new_fulfillment_order(shop, order, place, quantities)
        node["delivery"] = _delivery(spec)
        if spec.get("fulfil_in"):
            node["fulfillAt"] = shop.clock.iso(spec["fulfil_in"])
            node["status"] = "SCHEDULED"
        if spec.get("hold"):
            put_on_hold(shop, node, spec["hold"])
        shop.emit("FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE", node)


def _delivery(spec):
    """Return the `DeliveryMethodType` of what an order spec ships."""
    if spec.get("till"):
        return "RETAIL"
    return "PICK_UP" if spec.get("pickup") else "SHIPPING"


def _choose(shop, line, wanted):
    places = [place for place in shop.all("Location") if place["isActive"]]
    if wanted:
        return next(
            place["id"] for place in places if wanted in (place["id"], place["name"])
        )
    online = [place for place in places if place["fulfillsOnlineOrders"]] or places
    for place in online:
        node = line["item"] and level(shop, line["item"], place["id"])
        if node and node["isActive"] and node["available"] >= line["quantity"]:
            return place["id"]
    return online[0]["id"]
