"""What is still to be told of returned goods; pure functions over a return's present
state."""

from collections import Counter

from .ids import digits, gid
from .mapper_common import nodes

ENDS = {"RESTOCKED": "restocked", "NOT_RESTOCKED": "discarded", "MISSING": "missing"}


def work(payload, action):
    """What ``returnProcess`` and ``reverseFulfillmentOrderDispose`` are to say.

    Units count from the start, so what was told before is taken off.

    :param payload: return with lines and reverse fulfilment orders.
    :return: ``ReturnProcessReturnLineItemInput``s, and ``...DisposeInput``s for units
        that were processed before anybody said what became of them.
    """
    wanted = {units.line: units for units in action.lines}
    rooms = _rooms(payload)
    process, dispose = [], []
    for line in nodes(payload["returnLineItems"]):
        units = wanted.get(digits(line["id"]))
        if not units:
            continue
        room = rooms.get((line.get("fulfillmentLineItem") or {}).get("id"), [])
        ends = _ends(units, room, action.location)
        total = units.restocked + units.discarded + units.missing
        more = min(total, line["quantity"]) - line["processedQuantity"]
        mine, late = _divided(ends, max(0, more))
        dispose += late
        if more > 0:
            row = {"id": line["id"], "quantity": more}
            process.append(row | ({"dispositions": mine} if mine else {}))
    return process, dispose


def exchanges(payload, action):
    """``ReturnProcessExchangeLineItemInput``s for what the buyer is to get now."""
    wanted = dict(action.exchanges)
    found = []
    for part in nodes(payload.get("exchangeLineItems")):
        units = min(wanted.get(digits(part["id"]), 0), part["quantity"])
        if units > part["processedQuantity"]:
            more = units - part["processedQuantity"]
            found.append({"id": part["id"], "quantity": more})
    return found


def _divided(ends, units):
    """Ends of units that are processed now, and of those that were before."""
    now, before = [], []
    for end in ends:
        part = min(units, end["quantity"])
        units -= part
        if part:
            now.append(end | {"quantity": part})
        if part < end["quantity"]:
            before.append(end | {"quantity": end["quantity"] - part})
    return now, before


def _rooms(payload):
    """What reverse fulfilment orders have by line of the fulfilment, and what was said
    of it."""
    rooms = {}
    for order in nodes(payload.get("reverseFulfillmentOrders")):
        if order["status"] == "CANCELED":
            continue
        for line in nodes(order["lineItems"]):
            told = Counter()
            for one in nodes(line["dispositions"]):
                told[one["type"]] += one["quantity"]
            shipped = (line.get("fulfillmentLineItem") or {}).get("id")
            left = line["totalQuantity"] - sum(
                told[kind] for kind in told if kind != "PROCESSING_REQUIRED"
            )
            rooms.setdefault(shipped, []).append(
                {"id": line["id"], "left": left, "told": told}
            )
    return rooms


def _ends(units, rooms, location):
    found = []
    for kind, name in ENDS.items():
        more = getattr(units, name) - sum(room["told"][kind] for room in rooms)
        for room in rooms:
            part = min(more, room["left"])
            if part <= 0:
                continue
            room["left"] -= part
            more -= part
            found.append(
                {
                    "reverseFulfillmentOrderLineItemId": room["id"],
                    "quantity": part,
                    "dispositionType": kind,
                    **(
                        {"locationId": gid("Location", location)}
                        if kind == "RESTOCKED" and location
                        else {}
                    ),
                }
            )
    return found
