from odoo import fields, models

from ..adapter.shipping import CancelOutcome


class ShippingAnswer(models.AbstractModel):
    """Take the answers of finished batches over into the shipping orders."""

    _name = "channel.shipping.answer"
    _inherit = "channel.push.answer"
    _description = "Answers on Shipping Orders"

    _kinds = ("shipping_order", "shipping_cancel")

    def _fold(self, channel, batches):
        for batch in batches:
            fold = self._sent if batch.kind == "shipping_order" else self._cancelled
            for item in batch.item_ids.sorted("id"):
                fold(item.shipping_order_id, item)
        batches.folded = True

    def _sent(self, order, item):
        if item.status == "done":
            values = {
                "external_id": item.external_id or order.external_id,
                "sent_at": item.batch_id.answered_at or fields.Datetime.now(),
            }
            if order.state == "sent":  # a report may have come before the answer
                values["state"] = "accepted"
            order.write(values)
        elif order.state == "sent" and item.status == "rejected":
            order.write({"state": "refused", "reason": item.message or item.code})
            order.picking_id.printed = False
            self.env["channel.shipping.trouble"]._refused(order)
        elif order.state == "sent":  # not applied: it was taken back
            order.state = "queued"

    def _cancelled(self, order, item):
        if order.cancel_state != "asked":
            return
        if item.status == "rejected":
            self.env["channel.shipping.cancel"]._refused(
                order, item.message or item.code
            )
        elif item.status != "done":
            order.cancel_state = "wanted"
        elif CancelOutcome(item.code) is CancelOutcome.ACCEPTED:
            self.env["channel.shipping.cancel"]._accepted(order)
        elif CancelOutcome(item.code) is CancelOutcome.REFUSED:
            self.env["channel.shipping.cancel"]._refused(order, item.message)
        else:
            # its report tells: until then it counts as alive
            order.cancel_state = "unsure"
            self.env["channel.shipping.trouble"]._unsure(order)
