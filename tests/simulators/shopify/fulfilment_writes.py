"""Fulfilment mutations (fact sheet, section 8)."""

from . import holds, rerouting, shipping
from .errors import not_found, too_many, user_error
from .fulfilment_state import Refused
from .lookup import by_id
from .registry import resolver
from .scopes import sees_fulfillment_orders

MAX_LINES = 512  # of one fulfillment order in one call (official schema)


@resolver("Mutation.fulfillmentCreate")
def create(_source, info, fulfillment, message=None):
    """Ship; not idempotent: sent twice it ships twice, or is refused when nothing
    remains."""
    shop, picks = info.context.shop, []
    for one in fulfillment["lineItemsByFulfillmentOrder"]:
        node = shop.get(one["fulfillmentOrderId"])
        if node is None or not sees_fulfillment_orders(info.context):
            return _refused("Fulfillment order does not exist.", ["fulfillment"])
        rows = one.get("fulfillmentOrderLineItems")
        if rows and len(rows) > MAX_LINES:
            raise too_many(len(rows), MAX_LINES)
        picks.append(
            (node, {row["id"]: row["quantity"] for row in rows} if rows else None)
        )
    try:
        made = shipping.fulfil(
            shop,
            picks,
            fulfillment.get("trackingInfo"),
            fulfillment.get("notifyCustomer", False),
        )
    except Refused as error:
        return _refused(str(error), error.field)
    made["message"] = message
    return {"fulfillment": made, "userErrors": []}


def _refused(message, field):
    return {"fulfillment": None, "userErrors": [user_error(message, field)]}


@resolver("Mutation.fulfillmentTrackingInfoUpdate")
def update_tracking(
    _source, info, fulfillmentId, trackingInfoInput, notifyCustomer=None
):
    """Replace the tracking of a fulfilment."""
    shop = info.context.shop
    node = by_id(info, fulfillmentId, "Fulfillment")
    if node is None:
        return _refused("Fulfillment does not exist.", ["fulfillmentId"])
    node["tracking"] = shipping.tracking_info(trackingInfoInput)
    shop.touch(node)
    shop.touch(shop.get(node["order"]))
    shop.emit("FULFILLMENTS_UPDATE", node)
    return {"fulfillment": node, "userErrors": []}


@resolver("Mutation.fulfillmentCancel")
def cancel(_source, info, id):
    node = by_id(info, id, "Fulfillment")
    if node is None:
        return _refused("Fulfillment does not exist.", ["id"])
    try:
        shipping.cancel(info.context.shop, node)
    except Refused as error:
        return _refused(str(error), error.field)
    return {"fulfillment": node, "userErrors": []}


def _fulfillment_order(info, gid):
    node = by_id(info, gid, "FulfillmentOrder")
    if node is None:
        raise not_found(gid)
    return node


@resolver("Mutation.fulfillmentOrderMove")
def move(_source, info, id, newLocationId, fulfillmentOrderLineItems=None):
    shop, node = info.context.shop, _fulfillment_order(info, id)
    if shop.get(newLocationId) is None:
        return {"userErrors": [user_error("Location not found.", ["newLocationId"])]}
    wanted = {
        row["id"]: row["quantity"] for row in fulfillmentOrderLineItems or ()
    } or None
    try:
        moved, rest = rerouting.move(shop, node, newLocationId, wanted)
    except Refused as error:
        return {"userErrors": [user_error(str(error), error.field, error.code)]}
    return {
        "movedFulfillmentOrder": moved,
        "originalFulfillmentOrder": node,
        "remainingFulfillmentOrder": rest,
        "userErrors": [],
    }


@resolver("Mutation.fulfillmentOrderHold")
def hold(_source, info, id, fulfillmentHold):
    node = _fulfillment_order(info, id)
    notes, handle = (
        fulfillmentHold.get("reasonNotes"),
        fulfillmentHold.get("handle", ""),
    )
    try:
        made = holds.put_on_hold(
            info.context.shop, node, fulfillmentHold["reason"], notes, handle
        )
    except Refused as error:
        return {"userErrors": [user_error(str(error), error.field, error.code)]}
    return {"fulfillmentHold": made, "fulfillmentOrder": node, "userErrors": []}


@resolver("Mutation.fulfillmentOrderReleaseHold")
def release_hold(_source, info, id, holdIds=None, externalId=None):
    node = _fulfillment_order(info, id)
    holds.release_hold(info.context.shop, node, holdIds)
    return {"fulfillmentOrder": node, "userErrors": []}
