from odoo import models


class ShippingTrouble(models.AbstractModel):
    """Issues of shipping orders: which one, why, and what to do about it."""

    _name = "channel.shipping.trouble"
    _description = "Issues of Shipping Orders"

    def _unsendable(self, channel, picking, missing):
        self._report(
            channel,
            "shipping_blocked",
            picking,
            self.env._(
                "%(channel)s cannot be told to ship %(picking)s. Missing or wrong:"
                " %(missing)s. Correct it, then resolve this issue to send it.",
                channel=channel.name,
                picking=picking.name,
                missing=missing,
            ),
        )

    def _refused(self, order):
        """The provider will not ship it, or not the rest of it."""
        picking = order._open_picking()[:1] or order.picking_id
        self._report(
            order.channel_id,
            "shipping_refused",
            picking,
            self.env._(
                "%(channel)s does not ship %(reference)s (%(reason)s): %(picking)s has"
                " not left. Correct it there or here and resolve this issue to send it"
                " again, or cancel the transfer and ship from another warehouse.",
                channel=order.channel_id.name,
                reference=order.reference,
                reason=order.reason or order.state,
                picking=picking.name,
            ),
            order=picking.channel_order_id,
        )

    def _stuck(self, order):
        picking = order._open_picking()[:1] or order.picking_id
        self._report(
            order.channel_id,
            "shipping_hold",
            picking,
            self.env._(
                "%(channel)s does not go on with %(reference)s (%(reason)s). Correct it"
                " there; this closes by itself when it goes on.",
                channel=order.channel_id.name,
                reference=order.reference,
                reason=order.reason or order.state,
            ),
            order=picking.channel_order_id,
        )

    def _not_cancelled(self, order, reason):
        picking = order._open_picking()[:1] or order.picking_id
        self._report(
            order.channel_id,
            "shipping_cancel",
            picking,
            self.env._(
                "%(channel)s refused to cancel %(reference)s (%(reason)s): the goods"
                " leave. Agree with the buyer, or take them back when they have left"
                " with a return of %(picking)s; then dismiss this issue.",
                channel=order.channel_id.name,
                reference=order.reference,
                reason=reason or "-",
                picking=picking.name,
            ),
            order=picking.channel_order_id,
        )

    def _unsure(self, order):
        picking = order._open_picking()[:1] or order.picking_id
        self._report(
            order.channel_id,
            "shipping_cancel",
            picking,
            self.env._(
                "%(channel)s did not say whether %(reference)s is cancelled. Until it"
                " reports one or the other, the goods count as leaving: ask there.",
                channel=order.channel_id.name,
                reference=order.reference,
            ),
            order=picking.channel_order_id,
        )

    def _unbooked(self, shipment, error):
        """A shipment that no transfer can book."""
        order = shipment.shipping_order_id
        self._report(
            order.channel_id,
            "shipping_report",
            order.picking_id,
            self.env._(
                "%(channel)s shipped %(shipment)s of %(reference)s, and it cannot be"
                " booked: %(error)s. Correct the transfer %(picking)s or its goods,"
                " then resolve this issue to book it.",
                channel=order.channel_id.name,
                shipment=shipment.key,
                reference=order.reference,
                error=str(error).strip() or type(error).__name__,
                picking=order.picking_id.name,
            ),
            subject=f"shipment:{shipment.key}",
            detail=shipment.content,
            order=order.picking_id.channel_order_id,
        )

    def _shipped_anyway(self, order):
        """The goods of a cancelled sale left all the same."""
        self._not_cancelled(order, self.env._("it was shipped already"))

    # --- issues -----------------------------------------------------------------------

    def _report(self, channel, kind, picking, message, subject=None, **values):
        self.env["channel.issue"]._report(
            channel,
            kind,
            subject or f"picking:{picking.id}",
            message,
            picking=picking,
            **values,
        )

    def _settle(self, orders, kinds):
        for order in orders:
            pickings = order.picking_id | order.picking_ids
            for kind in kinds:
                self.env["channel.issue"]._settle(
                    order.channel_id, kind, [f"picking:{one.id}" for one in pickings]
                )
