"""Fulfillment orders and fulfilments as state: routing, shipping, moving, holding (fact sheet, section 8)."""

from .inventory_state import change, level

OPEN = ("OPEN", "IN_PROGRESS", "SCHEDULED", "ON_HOLD")


class Refused(Exception):
    """The change is not allowed; the message goes into userErrors, `field` names the input."""

    def __init__(self, message, field=None, code=None):
        super().__init__(message)
        self.field, self.code = field, code


def route(shop, order, line_gids, location=None, hold=None):
    """Commit the stock of new lines and spread them over fulfillment orders, one per location.

    Gift cards, tips and digital goods need none.

    :param location: gid or name to take everything from; default the first that has enough
    :param hold: reason to put the new fulfillment orders on hold
    """
    by_place = {}
    for line in (shop.get(gid) for gid in line_gids):
        if line["kind"] != "product" or not line["requiresShipping"]:
            line["fulfilled"] = 0 if line["kind"] == "tip" else line["quantity"]
            continue
        by_place.setdefault(_choose(shop, line, location), []).append(
            (line["id"], line["quantity"])
        )
    for place, quantities in by_place.items():
        _commit(shop, place, quantities, 1)
        node = new_fulfillment_order(shop, order, place, quantities)
        if hold:
            put_on_hold(shop, node, hold)
        shop.emit("FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE", node)


def _choose(shop, line, wanted):
    places = [place for place in shop.all("Location") if place["isActive"]]
    if wanted:
        return next(
            place["id"] for place in places if wanted in (place["id"], place["name"])
        )
    online = [place for place in places if place["fulfillsOnlineOrders"]] or places
    for place in online:
        node = line["item"] and level(shop, line["item"], place["id"])
        if node and node["available"] >= line["quantity"]:
            return place["id"]
    return online[0]["id"]


def _commit(shop, place, quantities, sign):
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


def put_on_hold(shop, node, reason, notes=None, handle=""):
    """Hold a fulfillment order; this does not touch the order's updatedAt (fact sheet, section 7).

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


def fulfil(shop, picks, tracking=None, notify=False):
    """Ship units of fulfillment orders that belong to one order and one location.

    :param picks: [(fulfillment order node, {fulfillment order line gid: units} or None for all)]
    :param tracking: {company, numbers, urls}
    :return: the fulfilment node
    :raises Refused: wrong status, place, order or quantity; nothing has been changed then
    """
    plan = [(node, _wanted(node, wanted)) for node, wanted in picks]
    if (
        len({node["order"] for node, _plan in plan}) != 1
        or len({node["place"] for node, _plan in plan}) != 1
    ):
        raise Refused(
            "All fulfillment orders must belong to one order and one location.",
            ["fulfillment"],
        )
    order, place = shop.get(plan[0][0]["order"]), plan[0][0]["place"]
    shipped = {}
    for node, wanted in plan:
        for gid, count in _take(shop, order, node, wanted):
            shipped[gid] = shipped.get(gid, 0) + count
    for gid, count in shipped.items():
        line = shop.get(gid)
        line["fulfilled"] += count
        if line["item"]:
            change(
                shop, level(shop, line["item"], place, create=True), committed=-count
            )
    fulfilment = shop.add(
        "Fulfillment",
        {
            "order": order["id"],
            "name": f"{order['name']}-F{len(order['fulfillments']) + 1}",
            "status": "SUCCESS",
            "displayStatus": "FULFILLED",
            "location": place,
            "tracking": tracking_info(tracking),
            "notified": notify,
            "requiresShipping": True,
            "fulfillmentLineItems": [
                {
                    "id": f"gid://shopify/FulfillmentLineItem/{shop.next_id()}",
                    "lineItem": gid,
                    "quantity": count,
                }
                for gid, count in shipped.items()
            ],
            "fulfillmentOrders": [node["id"] for node, _plan in plan],
        },
    )
    order["fulfillments"].append(fulfilment["id"])
    shop.touch(order)
    shop.emit("FULFILLMENTS_CREATE", fulfilment)
    shop.emit("ORDERS_UPDATED", order)
    return fulfilment


def _wanted(node, wanted):
    """Return {line gid: units} checked against what remains."""
    if node["status"] not in ("OPEN", "IN_PROGRESS"):
        raise Refused(
            f"Fulfillment order {node['id']} has an unfulfillable status= {node['status'].lower()}.",
            ["fulfillment"],
        )
    remaining = {one["id"]: one["remainingQuantity"] for one in node["lineItems"]}
    wanted = wanted or {gid: count for gid, count in remaining.items() if count}
    for gid, count in wanted.items():
        if gid not in remaining:
            raise Refused(
                f"Fulfillment order line item {gid} does not exist.", ["fulfillment"]
            )
        if not 0 < count <= remaining[gid]:
            raise Refused(
                "Invalid fulfillment order line item quantity requested.",
                ["fulfillment"],
            )
    return wanted


def _take(shop, order, node, wanted):
    """Lower the fulfillment order and split off the rest; return [(line item gid, units)]."""
    taken, rest = [], []
    for one in node["lineItems"]:
        count = wanted.get(one["id"], 0)
        one["remainingQuantity"] -= count
        if count:
            taken.append((one["lineItem"], count))
        if one["remainingQuantity"]:
            rest.append((one["lineItem"], one["remainingQuantity"]))
    if rest and shop.settings["fo_after_partial"] == "same":
        node["status"] = "IN_PROGRESS"
    else:
        close(shop, node)
        if rest:
            new_fulfillment_order(shop, order, node["place"], rest)
    shop.touch(node)
    return taken


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


def tracking_info(tracking):
    """Return the `FulfillmentTrackingInfo` list of {company, number|numbers, url|urls}."""
    tracking = tracking or {}
    numbers = list(tracking.get("numbers") or [tracking.get("number")])
    urls = list(tracking.get("urls") or [tracking.get("url")])
    size = max(len(numbers), len(urls))
    numbers, urls = (
        numbers + [None] * (size - len(numbers)),
        urls + [None] * (size - len(urls)),
    )
    company = tracking.get("company")
    return [
        {"company": company, "number": number, "url": url}
        for number, url in zip(numbers, urls, strict=True)
        if company or number or url
    ]


def cancel(shop, fulfilment):
    """Undo a fulfilment: the units are committed again and wait in a new fulfillment order."""
    if fulfilment["status"] == "CANCELLED":
        raise Refused("The fulfillment is already cancelled.", ["id"])
    order = shop.get(fulfilment["order"])
    quantities = [
        (one["lineItem"], one["quantity"]) for one in fulfilment["fulfillmentLineItems"]
    ]
    for gid, count in quantities:
        line = shop.get(gid)
        line["fulfilled"] -= count
        if line["item"]:
            change(
                shop,
                level(shop, line["item"], fulfilment["location"], create=True),
                committed=count,
            )
    fulfilment.update(status="CANCELLED", displayStatus="CANCELED")
    new_fulfillment_order(shop, order, fulfilment["location"], quantities)
    shop.touch(fulfilment)
    shop.touch(order)
    shop.emit("FULFILLMENTS_UPDATE", fulfilment)
    shop.emit("ORDERS_UPDATED", order)


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
    _commit(shop, old, moved, -1)
    _commit(shop, place, moved, 1)
    close(shop, node)
    target = new_fulfillment_order(shop, order, place, moved)
    remaining = new_fulfillment_order(shop, order, old, rest) if rest else None
    shop.emit("FULFILLMENT_ORDERS_MOVED", target)
    return target, remaining


def give_up(shop, order, line_gid, count, *, restock):
    """Take unfulfilled units out of the fulfillment orders of an order: cancelled, refunded or edited away.

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
