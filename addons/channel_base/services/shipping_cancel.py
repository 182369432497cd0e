from odoo import models


class ShippingCancelled(models.AbstractModel):
    """What follows when a provider agrees not to ship, or does not."""

    _name = "channel.shipping.cancel"
    _description = "Cancelled Shipping Orders"

    def _accepted(self, order):
        """The goods stay: the transfer goes the way that was wanted for it."""
        after = order.after_cancel or "keep"
        order.write({"state": "cancelled", "cancel_state": "accepted"})
        Trouble = self.env["channel.shipping.trouble"]
        Trouble._settle(order, ("shipping_cancel", "shipping_refused"))
        open_ones = order._open_picking()
        open_ones.printed = False
        if after == "cancel":
            open_ones.action_cancel()
        elif after == "replan":
            self._replan(open_ones)

    def _replan(self, pickings):
        """Have what is still wanted leave with new transfers."""
        lines = pickings.move_ids.sale_line_id
        pickings.action_cancel()
        for line in lines.filtered(lambda line: line.state == "sale"):
            if line.channel_line_id:
                self.env["channel.change.goods"]._put_back(line.channel_line_id)
            else:
                line._action_launch_stock_rule()

    def _refused(self, order, reason):
        """The goods leave, or have left: the shipment wins."""
        order.cancel_state = "refused"
        self.env["channel.shipping.trouble"]._not_cancelled(order, reason)
