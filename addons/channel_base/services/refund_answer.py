from odoo import models


class RefundAnswer(models.AbstractModel):
    """Take the answers of finished batches over into the refunds."""

    _name = "channel.refund.answer"
    _inherit = "channel.push.answer"
    _description = "Answers on Refunds"

    _kinds = ("refund",)
    _held = "order_id"

    def _fold(self, channel, batches):
        refunds = self.env["channel.refund"].search(
            [
                ("channel_id", "=", channel.id),
                ("key", "in", batches.item_ids.mapped("key")),
            ]
        )
        by_key = {refund.key: refund for refund in refunds}
        for item in batches.item_ids.sorted("id"):
            refund = by_key.get(item.key)
            # the channel may have told of it before it answered
            if refund and refund.state == "sent":
                self._fold_item(refund, item)
        batches.write({"folded": True})
        orders = batches.item_ids.order_id
        orders.accounting_state = "ready"
        self.env["channel.wakeup"]._after_commit(orders.browse(), "_job_account")
        # its payments are told with the order
        self.env["channel.event"]._ask(channel, orders.mapped("external_id"))
        self.env["channel.wakeup"]._after_commit(channel, "_job_fetch")

    def _fold_item(self, refund, item):
        if item.status == "done" and item.external_id:
            refund._adopt(item.external_id)
        elif item.status == "rejected":
            self.env["channel.refund.push"]._reject(refund, item.message or item.code)
        else:  # it never left, or another key is to be used
            refund.state = "open"
            refund._wake()
