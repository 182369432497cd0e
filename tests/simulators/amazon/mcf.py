"""Fulfillment Outbound 2020-07-01: Amazon ships other channels' orders (fact sheet,
section 4, FBA stock and MCF)."""

from ..clock import parse
from . import paging, stock
from .errors import invalid, missing
from .marketplaces import check
from .mcf_state import cancelled, settle
from .operations import operation
from .ordering import place as place_order

ORDERS = "/fba/outbound/2020-07-01/fulfillmentOrders"
ONE = ORDERS + "/{sellerFulfillmentOrderId}"
LINES_AT_MOST, UNITS_AT_MOST = 100, 250
KEPT = (
    "sellerFulfillmentOrderId",
    "displayableOrderId",
    "displayableOrderDate",
    "displayableOrderComment",
    "shippingSpeedCategory",
    "destinationAddress",
    "featureConstraints",
    "notificationEmails",
    "deliveryWindow",
    "codSettings",
)


def _found(call, number):
    settle(call.seller)
    found = call.seller.table("mcf").get(number)
    if found is None:
        raise missing(f"Fulfillment order {number} is not found.")
    return found


@operation("createFulfillmentOrder", "POST", ORDERS, 2, 30)
def create(call):
    """Take an order; its number is good for one only."""
    body, seller = call.body, call.seller
    number = body["sellerFulfillmentOrderId"]
    _check(call, body)
    if number in seller.table("mcf"):
        raise invalid(f"Fulfillment order {number} exists already.")
    now = call.clock.iso()
    place = body.get("marketplaceId") or call.token.marketplaces(seller)[0]
    check(call, [place])
    order = {key: body[key] for key in KEPT if key in body}
    order.update(
        marketplaceId=place,
        fulfillmentAction=body.get("fulfillmentAction", "Ship"),
        fulfillmentPolicy=body.get("fulfillmentPolicy", "FillOrKill"),
        receivedDate=now,
        statusUpdatedDate=now,
        fulfillmentOrderStatus="New",
    )
    items = [_item(one) for one in body["items"]]
    record = {
        "order": order,
        "items": items,
        "shipments": [],
        "returns": [],
        "authorizations": [],
        "since": call.clock.timestamp(),
    }
    _reserve(seller, record)
    seller.table("mcf")[number] = record
    if seller.settings["mcf_orders"]:
        _pseudo_order(seller, record)
    seller.announce(seller, "FULFILLMENT_ORDER_STATUS", order=order)
    settle(seller)
    return {}


def _pseudo_order(seller, record):
    """Such orders are found among Amazon's own too (fact sheet, section 4)."""
    order = record["order"]
    record["pseudo"] = f"S01-{seller.next_id():07d}-{seller.next_id():07d}"
    lines = [
        {"sku": one["sellerSku"], "quantity": one["quantity"], "price": "0"}
        for one in record["items"]
    ]
    place_order(
        seller,
        {
            "order_id": record["pseudo"],
            "channel": "NON_AMAZON",
            "marketplace": order["marketplaceId"],
            "fulfilled_by": "AMAZON",
            "seller_order_id": order["displayableOrderId"],
            "lines": lines,
        },
    )


def _check(call, body):
    for name, most in (
        ("sellerFulfillmentOrderId", 40),
        ("displayableOrderId", 40),
        ("displayableOrderComment", 750),
    ):
        if not 0 < len(body[name]) <= most:
            raise invalid(f"{name} must have 1 to {most} characters.")
    items = body["items"]
    if not 0 < len(items) <= LINES_AT_MOST:
        raise invalid(f"items must have 1 to {LINES_AT_MOST} lines.")
    if sum(one["quantity"] for one in items) > UNITS_AT_MOST:
        raise invalid(f"An order must not have more than {UNITS_AT_MOST} units.")
    if any(one["quantity"] < 1 for one in items):
        raise invalid("quantity must be positive.")
    numbers = [one["sellerFulfillmentOrderItemId"] for one in items]
    if len(set(numbers)) < len(numbers) or any(len(one) > 50 for one in numbers):
        raise invalid("sellerFulfillmentOrderItemId must be unique and short.")
    unknown = [
        one["sellerSku"]
        for one in items
        if one["sellerSku"] not in call.seller.table("fba")
    ]
    if unknown:
        raise invalid(f"The SKUs are not in Amazon's warehouse: {unknown}")


def _item(given):
    kept = ("sellerSku", "sellerFulfillmentOrderItemId", "quantity", "giftMessage")
    found = {key: given[key] for key in kept if key in given}
    for key in (
        "displayableComment",
        "perUnitPrice",
        "perUnitTax",
        "perUnitDeclaredValue",
    ):
        if key in given:
            found[key] = given[key]
    return {**found, "cancelledQuantity": 0, "unfulfillableQuantity": 0}


def _reserve(seller, record):
    """Take the units as the policy says."""
    policy = record["order"]["fulfillmentPolicy"]
    wanted = {}
    for item in record["items"]:
        sku = item["sellerSku"]
        wanted[sku] = wanted.get(sku, 0) + item["quantity"]
    short = [
        sku
        for sku, units in wanted.items()
        if stock.available(seller, sku, by_amazon=True) < units
    ]
    if short and policy != "FillAllAvailable":
        for item in record["items"]:
            item["unfulfillableQuantity"] = item["quantity"]
        record["order"]["fulfillmentOrderStatus"] = "Unfulfillable"
        return
    for item in record["items"]:
        left = stock.available(seller, item["sellerSku"], by_amazon=True)
        taken = min(left, item["quantity"])
        item["unfulfillableQuantity"] = item["quantity"] - taken
        stock.take(seller, [(item["sellerSku"], taken)], True, False)


@operation("getFulfillmentOrder", "GET", ONE, 2, 30)
def get(call, sellerFulfillmentOrderId):
    """Return an order with its shipments."""
    record = _found(call, sellerFulfillmentOrderId)
    return {
        "payload": {
            "fulfillmentOrder": record["order"],
            "fulfillmentOrderItems": record["items"],
            "fulfillmentShipments": record["shipments"],
            "returnItems": record["returns"],
            "returnAuthorizations": record["authorizations"],
        }
    }


@operation("listAllFulfillmentOrders", "GET", ORDERS, 2, 30)
def search(call):
    """Return a page of orders whose status changed since a date."""
    settle(call.seller)
    token = call.query.one("nextToken")
    since, start = None, 0
    if token:
        since, start = paging.read(call, token, same_query=False)
    since = since or call.query.one("queryStartDate")
    rows = [
        one["order"]
        for one in call.seller.table("mcf").values()
        if not since or parse(one["order"]["statusUpdatedDate"]) >= parse(since)
    ]
    payload = {"fulfillmentOrders": rows[start : start + 50]}
    if start + 50 < len(rows):
        payload["nextToken"] = paging.make(call, [since, start + 50])
    return {"payload": payload}


@operation("cancelFulfillmentOrder", "PUT", ONE + "/cancel", 2, 30)
def cancel(call, sellerFulfillmentOrderId):
    """Cancel while nothing is picked; once Processing it is too late."""
    record = _found(call, sellerFulfillmentOrderId)
    status = record["order"]["fulfillmentOrderStatus"]
    how = call.seller.settings["mcf_cancel"]
    if status == "Cancelled":
        return {}
    if status not in ("New", "Received", "Planning") or how == "refused":
        raise invalid(f"An order in status {status} cannot be cancelled.")
    if how == "accepted":
        cancelled(call.seller, record)
    return {}


@operation("updateFulfillmentOrder", "PUT", ONE, 2, 30)
def update(call, sellerFulfillmentOrderId):
    """Change what is shown and where to, or let a held order go."""
    record = _found(call, sellerFulfillmentOrderId)
    order = record["order"]
    if order["fulfillmentOrderStatus"] not in ("New", "Received"):
        raise invalid("The order cannot be changed any more.")
    for key in (*KEPT, "fulfillmentAction"):
        if key in call.body and key != "sellerFulfillmentOrderId":
            order[key] = call.body[key]
    return {}


@operation(
    "getPackageTrackingDetails", "GET", "/fba/outbound/2020-07-01/tracking", 2, 30
)
def tracking(call):
    """Return where a package is."""
    wanted = call.query.number("packageNumber", 0)
    for record in call.seller.table("mcf").values():
        for shipment in record["shipments"]:
            for package in shipment.get("fulfillmentShipmentPackage", ()):
                if package["packageNumber"] == wanted:
                    return {"payload": _tracked(record, shipment, package)}
    raise missing("The package is not found.")


def _tracked(record, shipment, package):
    return {
        "packageNumber": package["packageNumber"],
        "trackingNumber": package["trackingNumber"],
        "carrierCode": package["carrierCode"],
        "shipDate": shipment["shippingDate"],
        "currentStatus": record.get("tracking", "IN_TRANSIT"),
        "trackingEvents": [],
    }


@operation("getFulfillmentPreview", "POST", ORDERS + "/preview", 2, 30)
def preview(call):
    """Return whether and how fast Amazon would ship."""
    place = call.body.get("marketplaceId") or call.token.marketplaces(call.seller)[0]
    speeds = call.body.get("shippingSpeedCategories") or ["Standard"]
    lacking = [
        one
        for one in call.body["items"]
        if stock.available(call.seller, one["sellerSku"], True) < one["quantity"]
    ]
    found = [
        {
            "shippingSpeedCategory": speed,
            "isFulfillable": not lacking,
            "isCODCapable": False,
            "marketplaceId": place,
            "unfulfillablePreviewItems": [
                {
                    **{key: one[key] for key in ("sellerSku", "quantity")},
                    "sellerFulfillmentOrderItemId": one["sellerFulfillmentOrderItemId"],
                    "itemUnfulfillableReasons": ["No inventory"],
                }
                for one in lacking
            ],
        }
        for speed in speeds
    ]
    return {"payload": {"fulfillmentPreviews": found}}
