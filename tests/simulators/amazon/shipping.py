"""Orders v0: confirmShipment (fact sheet, section 4, Ship confirmation)."""

from datetime import timedelta

from ..clock import parse
from . import order_state
from .errors import invalid, missing
from .operations import operation

OWN_CONFIRMATION = ("AMAZON_EASY_SHIP", "IN_STORE_PICK_UP")


@operation(
    "confirmShipment", "POST", "/orders/v0/orders/{orderId}/shipmentConfirmation", 2, 10
)
def confirm(call, orderId):
    """Note a package, or change the tracking of one that is known."""
    order = call.seller.table("orders").get(orderId)
    if order is None:
        raise missing(f"Order {orderId} is not found.")
    detail = call.body.get("packageDetail") or {}
    _check_order(call, order)
    _check_package(call, order, detail)
    items = _items(order, detail)
    known = _package(order, detail["packageReferenceId"])
    if known is None:
        _check_units(order, items)
        known = {"createdTime": call.clock.iso(), "packageItems": items}
        known["packageReferenceId"] = detail["packageReferenceId"]
        order["packages"].append(known)
    elif known["packageItems"] != items:
        raise invalid("The items of a confirmed package cannot be changed.")
    known.update(
        carrier=_carrier(detail),
        shipTime=detail["shipDate"],
        shippingService=detail.get("shippingMethod") or "",
        trackingNumber=detail["trackingNumber"],
        packageStatus={"status": "SHIPPED"},
    )
    order_state.totals(order)
    order_state.changed(call.seller, order)
    return 204, None


def _check_order(call, order):
    """Refuse orders that a merchant does not ship."""
    if call.body.get("marketplaceId") != order["salesChannel"]["marketplaceId"]:
        raise invalid("The marketplaceId is not that of the order.")
    if order_state.by_amazon(order):
        raise invalid("The order is fulfilled by Amazon.")
    if set(order["programs"]) & set(OWN_CONFIRMATION):
        raise invalid("Orders of this program are confirmed by themselves.")
    status = order_state.status(order)
    if status in ("PENDING", "PENDING_AVAILABILITY", "CANCELLED", "UNFULFILLABLE"):
        raise invalid(f"An order in status {status} cannot be shipped.")


def _check_package(call, order, detail):
    reference = detail.get("packageReferenceId")
    # an integer is refused since January 2026 [I 5094]
    is_number = isinstance(reference, str) and reference.isdigit()
    if not is_number or int(reference) < 1:
        raise invalid("packageReferenceId must be a positive numeric string.")
    for name in ("carrierCode", "trackingNumber", "shipDate", "orderItems"):
        if not detail.get(name):
            raise invalid(f"{name} is required.")
    if detail["carrierCode"] == "Other" and not detail.get("carrierName"):
        raise invalid("carrierName is required when carrierCode is Other.")
    try:
        shipped = parse(detail["shipDate"])
    except ValueError as error:
        raise invalid("shipDate is not in ISO 8601.") from error
    if shipped > call.clock.now() + timedelta(minutes=1):
        raise invalid("shipDate must not be in the future.")
    if shipped < parse(order["createdTime"]).replace(microsecond=0):
        raise invalid("shipDate must not be before the purchase date.")


def _items(order, detail):
    found = []
    for one in detail["orderItems"]:
        item = order_state.item_of(order, one.get("orderItemId"))
        if item is None:
            raise invalid("OrderItemId is invalid.")
        if not isinstance(one.get("quantity"), int) or one["quantity"] < 1:
            raise invalid("quantity must be a positive number.")
        kept = {"orderItemId": one["orderItemId"], "quantity": one["quantity"]}
        if one.get("transparencyCodes"):
            kept["transparencyCodes"] = one["transparencyCodes"]
        found.append(kept)
    return found


def _package(order, reference):
    return next(
        (one for one in order["packages"] if one["packageReferenceId"] == reference),
        None,
    )


def _check_units(order, items):
    if order_state.status(order) == "SHIPPED":  # [I 5037]
        text = "PackageToUpdateNotFound: the order is already fulfilled."
        raise invalid(text)
    wanted = {}
    for one in items:
        number = one["orderItemId"]
        wanted[number] = wanted.get(number, 0) + one["quantity"]
    for number, units in wanted.items():
        item = order_state.item_of(order, number)
        if units > item["fulfillment"]["quantityUnfulfilled"]:
            raise invalid("The quantity is larger than what is unfulfilled.")


def _carrier(detail):
    other = detail["carrierCode"] == "Other"
    return detail["carrierName"] if other else detail["carrierCode"]
