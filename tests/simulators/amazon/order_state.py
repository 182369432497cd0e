"""An order's state: times, status, quantities."""

from datetime import timedelta

from ..clock import iso

CLOSED = ("CANCELLED", "SHIPPED", "UNFULFILLABLE")


def stamp(seller, age=0):
    """Return the time that a change of an order gets.

    :param age: seconds before now; the setting `order_shift` comes on top of it
    """
    back = age + seller.settings["order_shift"]
    text = iso(seller.clock.now() - timedelta(seconds=back))
    return text.replace("Z", ".123Z") if seller.settings["milliseconds"] else text


def changed(seller, order, change="OrderStatusChange"):
    """Mark an order changed and tell the subscribers.

    :param change: `OrderStatusChange`, `BuyerRequestedChange`, or None for nobody
    """
    order["lastUpdatedTime"] = stamp(seller)
    order["_seen"] = seller.clock.timestamp() + seller.settings["search_lag"]
    if change:
        seller.announce(seller, "ORDER_CHANGE", order=order, change=change)
    seller.touch()


def status(order):
    """Return the fulfilment status."""
    return order["fulfillment"]["fulfillmentStatus"]


def by_amazon(order):
    """Return whether Amazon ships it."""
    return order["fulfillment"]["fulfilledBy"] == "AMAZON"


def item_of(order, item_id):
    """Return the order item of an id, or None."""
    return next(
        (one for one in order["orderItems"] if one["orderItemId"] == item_id), None
    )


def fulfilled(order, item_id):
    """Return the units of an item that have left: the merchant's packages hold them, or
    Amazon's shipments."""
    by_merchant = sum(
        one["quantity"]
        for package in order["packages"]
        for one in package["packageItems"]
        if one["orderItemId"] == item_id
    )
    sent = order.get("_shipments", ())
    return by_merchant + sum(one["items"].get(item_id, 0) for one in sent)


def totals(order):
    """Bring quantities and status in line with the packages."""
    open_units = sent = 0
    for item in order["orderItems"]:
        done = fulfilled(order, item["orderItemId"])
        left = max(0, item["quantityOrdered"] - done)
        item["fulfillment"].update(quantityFulfilled=done, quantityUnfulfilled=left)
        open_units, sent = open_units + left, sent + done
    if status(order) in ("PENDING", "PENDING_AVAILABILITY", "CANCELLED"):
        return
    if sent:
        now = "PARTIALLY_SHIPPED" if open_units else "SHIPPED"
        order["fulfillment"]["fulfillmentStatus"] = now
