from odoo import fields, models

from ..adapter.shipping import CancelOutcome


class ShippingAnswer(models.AbstractModel):
    """Take the answers of finished batches over into the shipping orders."""

    _name = "channel.shipping.answer"
    _description = "Answers on Shipping Orders"

    def _run(self):
        batches = (
            self.env["channel.push.batch"]
            .sudo()  # one job for all companies: below, each channel's own user goes on
            .search(
                [
                    ("kind", "in", ("shipping_order", "shipping_cancel")),
                    ("folded", "=", False),
                    ("state", "not in", ("pending", "sent")),
                ],
                order="id",
            )
        )
        for channel, rows in batches.grouped("channel_id").items():
            worker = channel._as_worker()
            self.with_env(worker.env)._fold(rows.with_env(worker.env))

    def _fold(self, batches):
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
