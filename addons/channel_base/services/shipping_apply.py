from odoo import models

from ..adapter import codec
from ..adapter.shipping import FINAL, ShippingReport, ShippingState
from .hold import hold
from .isolator import isolate

BATCH = 50  # shipping orders a job
NEXT = """
    SELECT id, channel_id FROM channel_shipping_order
     WHERE to_apply AND channel_id = ANY(%s)
     ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""


class ShippingApply(models.AbstractModel):
    """Book what providers report on the transfers that they were sent.

    Each shipment is booked once, by its key; reports are cumulative, so whichever comes
    first, and however often, the end is the same.
    """

    _name = "channel.shipping.apply"
    _description = "Book Reports of Providers"

    def _run(self):
        """:return: whether more of them wait."""
        channels = self.env["channel.channel"]._operating("warehouse")
        self.env.flush_all()
        found = hold(self.env.cr, NEXT, [channels.ids, BATCH])
        by_channel = {}
        for order_id, channel_id in found:
            by_channel.setdefault(channel_id, []).append(order_id)
        for channel_id, ids in by_channel.items():
            worker = channels.browse(channel_id)._as_worker()
            self.with_env(worker.env)._apply(ids)
        return len(found) == BATCH

    def _apply(self, ids):
        orders = self.env["channel.shipping.order"].browse(ids)
        shipments = orders.shipment_ids.filtered(
            lambda row: not row.picking_id and not row.failed
        )
        Book = self.env["channel.shipping.book"]
        isolate(
            self.env,
            shipments,
            lambda rows: [Book._book(row) for row in rows],
            self._fail,
        )
        for order in orders:
            self._track(order)
            self._conclude(order, codec.loads(ShippingReport, order.report))
        orders.to_apply = False

    def _fail(self, shipment, error):
        shipment.failed = True
        self.env["channel.shipping.trouble"]._unbooked(shipment, error)

    def _track(self, order):
        """Tracking numbers may come after the goods have left."""
        for shipment in order.shipment_ids.filtered("picking_id"):
            picking = shipment.picking_id
            if shipment.tracking and picking.carrier_tracking_ref != shipment.tracking:
                picking.carrier_tracking_ref = shipment.tracking

    # --- the state of the order -------------------------------------------------------

    def _conclude(self, order, report):
        if order.state in ("cancelled", "shipped"):
            return  # what is over stays so; shipments have been looked at
        order.reason = report.reason or False
        unbooked = order.shipment_ids.filtered(lambda row: not row.picking_id)
        if report.state not in FINAL or unbooked:
            self._go_on(order, report)
        elif order._open_picking():
            self._give_up(order, report)
        else:
            order.state = "shipped"
            self._end(order)

    def _go_on(self, order, report):
        booked = order.shipment_ids.filtered("picking_id")
        told = report.state if report.state not in FINAL else ShippingState.PART_SHIPPED
        if told is ShippingState.ACCEPTED and booked:
            told = ShippingState.PART_SHIPPED
        order.state = told.value
        Trouble = self.env["channel.shipping.trouble"]
        if told in (ShippingState.ON_HOLD, ShippingState.EXCEPTION):
            Trouble._stuck(order)
        else:
            Trouble._settle(order, ("shipping_hold",))

    def _give_up(self, order, report):
        """What has not left will not leave."""
        self.env["channel.shipping.trouble"]._settle(order, ("shipping_hold",))
        if order.cancel_state in ("wanted", "asked", "unsure"):
            self.env["channel.shipping.cancel"]._accepted(order)
            return
        short = report.state is ShippingState.SHIPPED
        order.state = "closed_short" if short else report.state.value
        order._open_picking().printed = False
        self.env["channel.shipping.trouble"]._refused(order)

    def _end(self, order):
        Trouble = self.env["channel.shipping.trouble"]
        Trouble._settle(order, ("shipping_hold", "shipping_refused"))
        if order.cancel_state in ("wanted", "asked", "unsure"):
            order.cancel_state = "refused"
            Trouble._shipped_anyway(order)
