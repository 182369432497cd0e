"""Fulfilments: ship units of fulfillment orders, and undo it (fact sheet, section
8)."""

from .fulfilment_state import OPEN, Refused, close, new_fulfillment_order
from .inventory_state import change, level


def fulfil(shop, picks, tracking=None, notify=False):
    """Ship units of fulfillment orders that belong to one order and one location.

    :param picks: [(fulfillment order node, {fulfillment order line gid: units} or None
        for all)]
    :param tracking: {company, numbers, urls}
    :return: the fulfilment node
    :raises Refused: wrong status, place, order or quantity; nothing has been changed
        then
    """
    if len({node["id"] for node, _wanted_lines in picks}) != len(picks):
        raise Refused("A fulfillment order occurs twice.", ["fulfillment"])
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
    left = any(shop.get(gid)["status"] in OPEN for gid in order["fulfillmentOrders"])
    shop.emit("ORDERS_PARTIALLY_FULFILLED" if left else "ORDERS_FULFILLED", order)
    shop.emit("ORDERS_UPDATED", order)
    return fulfilment


def _wanted(node, wanted):
    """Return {line gid: units} checked against what remains."""
    if node["status"] not in ("OPEN", "IN_PROGRESS"):
        raise Refused(
            f"Fulfillment order {node['id']} has an unfulfillable status="
            f" {node['status'].lower()}.",
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
    """Lower the fulfillment order and split off the rest; return [(line item gid,
    units)]."""
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


def tracking_info(tracking):
    """Return the `FulfillmentTrackingInfo` list of {company, number|numbers,
    url|urls}."""
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
    """Undo a fulfilment: the units are committed again and wait in a new fulfillment
    order."""
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
