"""Move open fulfillment orders, and take units out of them (fact sheet, section 8)."""

from .fulfilment_state import OPEN, Refused, close, commit, new_fulfillment_order
from .inventory_state import change, level


def move(shop, node, place, wanted=None):
    """Move a fulfillment order, or units of it, to another location; the ids change.

    :param wanted: {fulfillment order line gid: units} or None for all
    :return: (moved, remaining or None)
    """
    if node["status"] not in ("OPEN", "ON_HOLD", "IN_PROGRESS"):
        raise Refused("Cannot change location of a closed fulfillment order.", ["id"])
    if node["place"] == place:
        raise Refused(
            "The fulfillment order is already assigned to the location.",
            ["newLocationId"],
        )
    order, old = shop.get(node["order"]), node["place"]
    moved, rest = [], []
    for one in node["lineItems"]:
        count = one["remainingQuantity"] if wanted is None else wanted.get(one["id"], 0)
        if count > one["remainingQuantity"]:
            raise Refused(
                "Invalid fulfillment order line item quantity requested.",
                ["fulfillmentOrderLineItems"],
            )
        if count:
            moved.append((one["lineItem"], count))
        if one["remainingQuantity"] - count:
            rest.append((one["lineItem"], one["remainingQuantity"] - count))
    commit(shop, old, moved, -1)
    commit(shop, place, moved, 1)
    close(shop, node)
    target = new_fulfillment_order(shop, order, place, moved)
    remaining = new_fulfillment_order(shop, order, old, rest) if rest else None
    shop.emit("FULFILLMENT_ORDERS_MOVED", target)
    return target, remaining


def give_up(shop, order, line_gid, count, *, restock):
    """Take unfulfilled units out of the fulfillment orders of an order: cancelled,
    refunded or edited away.

    :param restock: True: the units are available again; False: they leave the stock
    :return: units really taken; the rest had been fulfilled
    """
    left = count
    for node in (shop.get(gid) for gid in order["fulfillmentOrders"]):
        for one in node["lineItems"]:
            units = (
                min(left, one["remainingQuantity"])
                if one["lineItem"] == line_gid and node["status"] in OPEN
                else 0
            )
            if not units:
                continue
            one["remainingQuantity"] -= units
            one["totalQuantity"] -= units
            left -= units
            item = shop.get(line_gid)["item"]
            if item:
                target = level(shop, item, node["place"], create=True)
                change(
                    shop,
                    target,
                    committed=-units,
                    **({"available": units} if restock else {}),
                )
        if node["status"] in OPEN and not any(
            one["remainingQuantity"] for one in node["lineItems"]
        ):
            close(
                shop,
                node,
                "CANCELLED"
                if not any(one["totalQuantity"] for one in node["lineItems"])
                else "CLOSED",
            )
    return count - left
