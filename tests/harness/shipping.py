"""Shipping sale orders as the warehouse does, over Odoo's own web calls."""

import random

from .person import call, insist


def waiting(hub, order_ids):
    """Outgoing transfers of some channel orders that are ready: id by channel order id.

    :param order_ids: the orders' ids at the channel.
    """
    return hub.sql(
        "SELECT channel_order.external_id, picking.id FROM stock_picking picking"
        " JOIN sale_order sale ON sale.id = picking.sale_id"
        " JOIN channel_order ON channel_order.id = sale.channel_order_id"
        " WHERE channel_order.external_id = ANY(%s) AND picking.state = 'assigned'"
        " ORDER BY picking.id",
        (list(order_ids),),
    )


def ship(hub, picking_id, tracking, keep_back=False):
    """Validate a transfer.

    :param tracking: tracking number. :param keep_back: leave one unit for a backorder,
        if that leaves some of everything to be shipped.
    :return: units that left, by id of the sale order line.
    """
    moves = call(
        hub,
        "stock.move",
        "search_read",
        [("picking_id", "=", picking_id), ("state", "!=", "cancel")],
        ["product_uom_qty", "sale_line_id"],
    )
    largest = max(moves, key=lambda move: move["product_uom_qty"])
    # of one unit each, what is left might be no goods that the channel wants to hear of
    if keep_back and largest["product_uom_qty"] > 1:
        largest["product_uom_qty"] -= 1
    left = {}
    for move in moves:
        units = move["product_uom_qty"]
        values = {"quantity": units, "picked": units > 0}
        call(hub, "stock.move", "write", [move["id"]], values)
        left[move["sale_line_id"][0]] = left.get(move["sale_line_id"][0], 0) + units
    values = {"carrier_tracking_ref": tracking}
    call(hub, "stock.picking", "write", [picking_id], values)

    def shipped():
        query = "SELECT state FROM stock_picking WHERE id = %s"
        return hub.sql(query, (picking_id,)) == [("done",)]

    def validate():
        asked = hub.call("stock.picking", "button_validate", [picking_id])
        while isinstance(asked, dict) and not shipped():
            assert asked["res_model"] in ANSWERS, f"Odoo asks: {asked}"
            asked = ANSWERS[asked["res_model"]](hub, asked, picking_id)

    insist(validate, shipped)
    assert shipped(), f"transfer {picking_id} was validated and is not done"
    return left


def _make_backorder(hub, asked, picking_id):
    """Yes, the rest is delivered later."""
    model, context = asked["res_model"], asked["context"]
    values = {"pick_ids": [(6, 0, [picking_id])]}
    wizard = hub.call(model, "create", values, context=context)
    return hub.call(model, "process", [wizard], context=context)


# What Odoo may ask when a channel order's transfer is validated, and the person's
# answer. It has nothing else to ask.
ANSWERS = {"stock.backorder.confirmation": _make_backorder}


def ship_all(hub, order_ids, seed, also=lambda: None):
    """Ship orders: most at once, some in two parcels; a few are left alone.

    :param also: called after each transfer.
    :return: what became of the transfers: {order's id at the channel: [(tracking
        number, None where it was left alone; whether a unit was kept back)]}.
    """
    draw = random.Random(seed)
    fates = {}
    for order_id, picking_id in waiting(hub, order_ids):
        fate, tracking = draw.random(), None
        keep_back = fate > 0.85
        if fate >= 0.15:
            tracking = f"TRACK-{picking_id}"
            ship(hub, picking_id, tracking, keep_back=keep_back)
            also()
        fates.setdefault(order_id, []).append((tracking, keep_back))
    return fates
