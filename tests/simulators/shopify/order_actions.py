"""What a merchant or customer does to an order: cancel, refund, edit, close (fact
sheet, sections 7 and 9)."""

from ..amounts import ZERO
from . import customers, payments, refunds
from .fulfilment_state import Refused
from .money import currencies
from .order_totals import current_quantity, lines, reduction
from .ordering import add_lines, known
from .pricing import price
from .rerouting import give_up
from .routing import route


def cancel(
    shop, order, *, reason="CUSTOMER", restock=True, refund_money=True, note=None
):
    """Cancel an order: its open units leave the fulfillment orders, a refund takes
    every line off.

    :param refund_money: pay back what was received; an authorization is voided anyway
    :raises Refused: already cancelled, or something has been shipped
    """
    if order["cancelledAt"]:
        raise Refused("Order has already been canceled", ["orderId"], "INVALID")
    if any(shop.get(gid)["status"] == "SUCCESS" for gid in order["fulfillments"]):
        raise Refused(
            "Cannot cancel an order with fulfillments", ["orderId"], "INVALID"
        )
    quantities = {
        line["id"]: current_quantity(shop, line) for line in lines(shop, order)
    }
    back = (
        payments.received(shop, order) - payments.refunded(shop, order)
        if refund_money
        else ZERO
    )
    kept = {gid: count for gid, count in quantities.items() if count}
    refunds.take_back(
        shop,
        order,
        kept,
        restock_type="CANCEL" if restock else "NO_RESTOCK",
        money=back,
        shipping=True,
    )
    held = payments.capturable(shop, order)
    if held:
        payments.add(shop, order, "VOID", held, "shopify_payments")
    order.update(
        cancelledAt=shop.clock.iso(),
        cancelReason=reason,
        closedAt=shop.clock.iso(),
        staffNote=note,
    )
    shop.touch(order)
    shop.emit("ORDERS_CANCELLED", order)
    shop.emit("ORDERS_UPDATED", order)


def edit(shop, order, spec):
    """Edit an order after checkout.

    :param spec: {set: [{line: index or sku, quantity}], add: [order spec lines],
        shipping: false takes delivery off}; a quantity can only be lowered
    """
    for one in spec.get("set", []):
        line = refunds.find_line(shop, order, one["line"])
        gone = current_quantity(shop, line) - one["quantity"]
        if gone <= 0:
            raise Refused("The quantity of a line can only be lowered here.", ["set"])
        order["removals"].append(reduction(shop, line, gone))
        give_up(shop, order, line["id"], gone, restock=True)
    if spec.get("add"):
        money = currencies(order)
        wanted = {"lines": [known(shop, line) for line in spec["add"]]}
        priced = price(wanted, money.presentment, order["taxesIncluded"])
        route(shop, order, add_lines(shop, order, priced.lines, money))
    if spec.get("shipping") is False:
        for line in order["shippingLines"]:
            line["isRemoved"] = True
    order["edited"] = True
    shop.touch(order)
    shop.emit("ORDERS_EDITED", order)
    shop.emit("ORDERS_UPDATED", order)


def move(shop, order, address):
    """Change where the order goes; possible as long as it is open (orderUpdate).

    :param address: as in an order spec
    """
    order["shippingAddress"] = customers.address(shop, address)
    shop.touch(order)
    shop.emit("ORDERS_UPDATED", order)


def set_risk(shop, order, risk):
    """Replace the risk assessment.

    :param risk: `OrderRiskSummary` as dict
    """
    order["risk"] = risk
    shop.touch(order)
    shop.emit("ORDERS_RISK_ASSESSMENT_CHANGED", order)
    shop.emit("ORDERS_UPDATED", order)


def delete(shop, order):
    """Delete an order: `order(id)` is null from now on."""
    shop.remove(order["id"])
    shop.emit("ORDERS_DELETE", order)
