"""The life of a fulfilment order: New, Received, Planning, Processing, Complete."""

from . import stock
from .order_actions import ship as ship_order

STEPS = ("New", "Received", "Planning", "Processing")
OPEN = STEPS


def settle(seller):
    """Let open orders go on as `mcf_seconds` says: a step each, then shipped. None =
    only by the control API."""
    seconds = seller.settings["mcf_seconds"]
    if seconds is None:
        return
    now = seller.clock.timestamp()
    for record in seller.table("mcf").values():
        while _may_go_on(record) and record["since"] + seconds <= now:
            record["since"] += seconds
            step(seller, record)


def _may_go_on(record):
    order = record["order"]
    held = order["fulfillmentAction"] == "Hold"
    return order["fulfillmentOrderStatus"] in OPEN and not held


def step(seller, record):
    """Go one step on."""
    status = record["order"]["fulfillmentOrderStatus"]
    if status == "Processing":
        ship(seller, record)
    elif status in STEPS:
        change(seller, record, STEPS[STEPS.index(status) + 1])


def change(seller, record, status, shipment=None):
    """Set the status and tell."""
    order = record["order"]
    order.update(fulfillmentOrderStatus=status, statusUpdatedDate=seller.clock.iso())
    seller.announce(seller, "FULFILLMENT_ORDER_STATUS", order=order, shipment=shipment)
    pseudo = seller.table("orders").get(record.get("pseudo"))
    if pseudo and status.startswith("Complete"):
        ship_order(seller, pseudo)
    seller.touch()


def left(record):
    """Return {item id: units that are not shipped, cancelled or lacking}."""
    found = {
        one["sellerFulfillmentOrderItemId"]: one["quantity"]
        - one["cancelledQuantity"]
        - one["unfulfillableQuantity"]
        for one in record["items"]
    }
    for shipment in record["shipments"]:
        if shipment["fulfillmentShipmentStatus"].startswith("CANCELLED"):
            continue
        for one in shipment["fulfillmentShipmentItem"]:
            found[one["sellerFulfillmentOrderItemId"]] -= one["quantity"]
    return found


def ship(seller, record, lines=None, packages=1):
    """Ship units in one shipment; the order is complete when none is left.

    :param lines: {item id: units}; None = all
    :param packages: that the units are spread over
    """
    wanted = lines or {key: units for key, units in left(record).items() if units}
    skus = {
        one["sellerFulfillmentOrderItemId"]: one["sellerSku"] for one in record["items"]
    }
    numbers = [seller.next_id() for _package in range(packages)]
    items = [
        {
            "sellerSku": skus[key],
            "sellerFulfillmentOrderItemId": key,
            "quantity": units,
            "packageNumber": numbers[index % packages],
        }
        for index, (key, units) in enumerate(wanted.items())
    ]
    now = seller.clock.iso()
    shipment = {
        "amazonShipmentId": f"D{seller.next_id():08d}",
        "fulfillmentCenterId": "LEJ1",
        "fulfillmentShipmentStatus": "SHIPPED",
        "shippingDate": now,
        "estimatedArrivalDate": seller.clock.iso(2 * 86400),
        "fulfillmentShipmentItem": items,
        "fulfillmentShipmentPackage": [
            {
                "packageNumber": number,
                "carrierCode": "AMZN_DE",
                "trackingNumber": f"DE{number:010d}",
                "estimatedArrivalDate": seller.clock.iso(2 * 86400),
            }
            for number in numbers
        ],
    }
    record["shipments"].append(shipment)
    for one in items:
        stock.left(seller, one["sellerSku"], one["quantity"])
    change(seller, record, _after(record), shipment)


def _after(record):
    if any(left(record).values()):
        return "Processing"
    lacking = any(one["unfulfillableQuantity"] for one in record["items"])
    return "CompletePartialled" if lacking else "Complete"


def cancelled(seller, record):
    """Cancel what was not shipped; the units are free again."""
    for item in record["items"]:
        units = left(record)[item["sellerFulfillmentOrderItemId"]]
        item["cancelledQuantity"] += units
        stock.give_back(seller, item["sellerSku"], units, by_amazon=True)
    change(seller, record, "Cancelled")


def unfulfillable(seller, record):
    """Amazon cannot find the units that are left: they are lost."""
    for item in record["items"]:
        units = left(record)[item["sellerFulfillmentOrderItemId"]]
        item["unfulfillableQuantity"] += units
        stock.left(seller, item["sellerSku"], units)
    shipped = bool(record["shipments"])
    change(seller, record, "CompletePartialled" if shipped else "Unfulfillable")


def deliver(seller, record):
    """The packages have arrived."""
    record["tracking"] = "DELIVERED"


ACTIONS = {one.__name__: one for one in (step, ship, cancelled, unfulfillable, deliver)}
