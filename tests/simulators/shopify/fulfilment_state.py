"""Fulfillment orders and fulfilments as state: routing, shipping, moving, holding (fact
sheet, section 8)."""

from .inventory_state import change, level

OPEN = ("OPEN", "IN_PROGRESS", "SCHEDULED", "ON_HOLD")


class Refused(Exception):
    """The change is not allowed; the message goes into userErrors, `field` names the
    input."""

    def __init__(self, message, field=None, code=None):
        super().__init__(message)
        self.field, self.code = field, code


def commit(shop, place, quantities, sign):
    """Move units from available to committed (sign 1) or back (sign -1)."""
    for line_gid, count in quantities:
        item = shop.get(line_gid)["item"]
        if item:
            node = level(shop, item, place, create=True)
            change(shop, node, available=-sign * count, committed=sign * count)


def new_fulfillment_order(shop, order, place, quantities):
    """Create an open fulfillment order.

    :param place: location gid
    :param quantities: [(line item gid, units)]
    """
    items = [
        {
            "id": f"gid://shopify/FulfillmentOrderLineItem/{shop.next_id()}",
            "lineItem": gid,
            "totalQuantity": count,
            "remainingQuantity": count,
            "inventoryItemId": shop.get(gid)["item"],
            "sku": shop.get(gid)["sku"],
            "productTitle": shop.get(gid)["title"],
            "variantTitle": shop.get(gid)["variantTitle"],
            "variant": shop.get(gid)["variant"],
            "requiresShipping": True,
        }
        for gid, count in quantities
    ]
    node = shop.add(
        "FulfillmentOrder",
        {
            "order": order["id"],
            "status": "OPEN",
            "requestStatus": "UNSUBMITTED",
            "place": place,
            "fulfillAt": shop.clock.iso(),
            "fulfillBy": None,
            "fulfillmentHolds": [],
            "lineItems": items,
        },
    )
    order["fulfillmentOrders"].append(node["id"])
    return node


def close(shop, node, status="CLOSED"):
    """End a fulfillment order: it keeps what was taken from it, nothing remains."""
    for one in node["lineItems"]:
        one["totalQuantity"] -= one["remainingQuantity"]
        one["remainingQuantity"] = 0
    node["lineItems"] = [
        one for one in node["lineItems"] if one["totalQuantity"]
    ] or node["lineItems"]
    node["status"] = status
    shop.touch(node)
