"""Fulfillment orders on hold; the order's updatedAt stays (fact sheet, section 7)."""

from .fulfilment_state import OPEN, Refused


def put_on_hold(shop, node, reason, notes=None, handle=""):
    """Hold a fulfillment order; this does not touch the order's updatedAt (fact sheet,
    section 7).

    :return: the hold
    """
    if node["status"] not in OPEN:
        raise Refused(
            "The fulfillment order can't be put on hold.",
            ["id"],
            "FULFILLMENT_ORDER_NOT_HOLDABLE",
        )
    hold = {
        "id": f"gid://shopify/FulfillmentHold/{shop.next_id()}",
        "reason": reason,
        "reasonNotes": notes,
        "displayReason": reason.replace("_", " ").capitalize(),
        "handle": handle or None,
        "heldByApp": None,
        "heldByRequestingApp": False,
    }
    node["fulfillmentHolds"].append(hold)
    node["status"] = "ON_HOLD"
    shop.touch(node)
    shop.emit("FULFILLMENT_ORDERS_PLACED_ON_HOLD", node)
    return hold


def release_hold(shop, node, hold_ids=None):
    """Release holds, all of them by default."""
    node["fulfillmentHolds"] = [
        one
        for one in node["fulfillmentHolds"]
        if hold_ids and one["id"] not in hold_ids
    ]
    if not node["fulfillmentHolds"]:
        node["status"] = "OPEN"
    shop.touch(node)
    shop.emit("FULFILLMENT_ORDERS_HOLD_RELEASED", node)
