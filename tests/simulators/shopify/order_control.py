"""Control actions on one order: what customers and merchants do."""

from . import (
    fulfilment_state,
    holds,
    order_actions,
    order_nodes,
    ordering,
    payments,
    refunds,
    returns,
    shipping,
)


def order_action(simulator, shop, order, action, **options):
    """Do something to an order: cancel, refund, finish_refunds, edit, move, pay,
    capture, hold, release, risk, fulfil, ready, touch, delete."""
    with shop.lock:
        node = ordering.order_by(shop, order)
        _ORDER_ACTIONS[action](shop, node, **options)
    return {"id": node["id"], "name": node["name"]}


def _open(shop, node):
    found = [shop.get(gid) for gid in node["fulfillmentOrders"]]
    return [one for one in found if one["status"] in fulfilment_state.OPEN]


def _hold(shop, node, reason="OTHER", notes=None):
    for one in _open(shop, node):
        holds.put_on_hold(shop, one, reason, notes)


def _release(shop, node):
    for one in _open(shop, node):
        holds.release_hold(shop, one)


def _fulfil(shop, node, lines=None, tracking=None):
    """Ship as the merchant in the admin: everything, or {sku: units}."""
    for one in _open(shop, node):
        wanted = None
        if lines is not None:
            wanted = {
                row["id"]: lines[row["sku"]]
                for row in one["lineItems"]
                if lines.get(row["sku"])
            }
        if wanted is None or wanted:
            shipping.fulfil(shop, [(one, wanted)], tracking)


def _ready(shop, node):
    """The day of scheduled fulfillment orders has come."""
    for one in _open(shop, node):
        if one["status"] == "SCHEDULED":
            one["status"] = "OPEN"
            shop.touch(one)
            shop.emit("FULFILLMENT_ORDERS_SCHEDULED_FULFILLMENT_ORDER_READY", one)


def _capture(shop, node, amount=None):
    payments.capture(shop, node, amount)


def _risk(shop, node, recommendation):
    order_actions.set_risk(shop, node, order_nodes.risk(recommendation))


def _touch(shop, node):
    shop.touch(node)
    shop.emit("ORDERS_UPDATED", node)


_ORDER_ACTIONS = {
    "cancel": order_actions.cancel,
    "finish_refunds": lambda shop, node, **how: refunds.finish(shop, node, **how),
    "refund": lambda shop, node, **spec: refunds.refund(shop, node, spec),
    "ask_back": lambda shop, node, lines, **more: returns.make(
        shop, node, lines, "REQUESTED", **more
    ),
    "edit": lambda shop, node, **spec: order_actions.edit(shop, node, spec),
    "move": order_actions.move,
    "pay": payments.settle,
    "capture": _capture,
    "hold": _hold,
    "release": _release,
    "risk": _risk,
    "fulfil": _fulfil,
    "ready": _ready,
    "touch": _touch,
    "delete": order_actions.delete,
}
