"""What happens to an order beside the API: the buyer's and Amazon's doings."""

from . import order_state, stock
from .order_amounts import reduce
from .order_state import changed, status, totals


def release(seller, order):
    """Payment is authorised: PENDING becomes UNSHIPPED."""
    order["fulfillment"]["fulfillmentStatus"] = "UNSHIPPED"
    changed(seller, order)


def cancel(seller, order, lines=None, by="BUYER", reason="BUYER_CANCELLED", units=None):
    """Cancel items, all or some.

    :param lines: indexes or item ids; None = all that is left
    :param units: of each line; None = all
    """
    for item in _items(order, lines):
        left = item["quantityOrdered"] - item["fulfillment"]["quantityFulfilled"]
        gone = left if units is None else min(units, left)
        if not gone:
            continue
        reduce(order, item, gone)
        execution = {"cancelledBy": by, "cancelReason": reason}
        item.setdefault("cancellation", {})["cancellationExecution"] = execution
        sku = item["product"]["sellerSku"]
        stock.give_back(seller, sku, gone, order_state.by_amazon(order))
    if not any(one["quantityOrdered"] for one in order["orderItems"]):
        order["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
    totals(order)
    changed(seller, order)


def _items(order, lines):
    if lines is None:
        return order["orderItems"]
    return [
        order["orderItems"][one]
        if isinstance(one, int)
        else order_state.item_of(order, one)
        for one in lines
    ]


def request_cancel(seller, order, lines=None, reason="Ordered by mistake"):
    """The buyer asks for it; nothing is cancelled yet."""
    for item in _items(order, lines):
        request = {"requester": "BUYER", "cancelReason": reason}
        item.setdefault("cancellation", {})["cancellationRequest"] = request
    changed(seller, order, "BuyerRequestedChange")


def address(seller, order, **fields):
    """The buyer corrects the address."""
    order["recipient"]["deliveryAddress"].update(fields)
    changed(seller, order, "BuyerRequestedChange")


def ship(seller, order, lines=None, units=None):
    """Amazon ships from its own warehouse, all that is left or a part.

    :param lines: indexes or item ids; None = all
    :param units: of each line; None = all
    """
    if not order_state.by_amazon(order):
        raise ValueError("the merchant ships this order: use confirmShipment")
    sent = {}
    for item in _items(order, lines):
        left = item["fulfillment"]["quantityUnfulfilled"]
        gone = left if units is None else min(units, left)
        if gone:
            sent[item["orderItemId"]] = gone
            if order["salesChannel"]["channelName"] == "AMAZON":
                stock.left(seller, item["product"]["sellerSku"], gone)
    number = f"D{seller.next_id():08d}"
    shipment = {"id": number, "at": seller.clock.iso(), "items": sent}
    order.setdefault("_shipments", []).append(shipment)
    totals(order)
    changed(seller, order)


def merchant_ship(seller, order, carrier="DHL"):
    """The merchant confirms all that is left, in Seller Central."""
    items = [
        {"orderItemId": one["orderItemId"], "quantity": units}
        for one in order["orderItems"]
        if (units := one["fulfillment"]["quantityUnfulfilled"])
    ]
    number = str(len(order["packages"]) + 1)
    package = {
        "packageReferenceId": number,
        "createdTime": seller.clock.iso(),
        "packageStatus": {"status": "SHIPPED"},
        "carrier": carrier,
        "shipTime": seller.clock.iso(),
        "trackingNumber": f"SC{order['orderId']}-{number}",
        "packageItems": items,
    }
    order["packages"].append(package)
    totals(order)
    changed(seller, order)


def deliver(seller, order):
    """The carrier has delivered all packages."""
    for package in order["packages"]:
        package["packageStatus"] = {"status": "DELIVERED"}
    changed(seller, order, None)


def touch(seller, order):
    """Something about the order changes that nobody can see."""
    changed(seller, order)


ACTIONS = {
    one.__name__: one
    for one in (
        release,
        cancel,
        request_cancel,
        address,
        ship,
        merchant_ship,
        deliver,
        touch,
    )
}


def act(seller, order_id, action, **options):
    """Do something to an order; return its status."""
    order = seller.table("orders").get(order_id)
    if order is None or action not in ACTIONS:
        raise LookupError(f"no such order or action: {order_id} {action}")
    with seller.lock:
        ACTIONS[action](seller, order, **options)
    return {"status": status(order)}
