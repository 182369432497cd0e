from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    channel_order_id = fields.Many2one(
        "channel.order",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    channel_refund_key = fields.Char(
        readonly=True, copy=False, help="The refund's id at the channel."
    )

    _channel_refund_unique = models.UniqueIndex(
        "(channel_order_id, channel_refund_key)"
        " WHERE channel_refund_key IS NOT NULL AND state <> 'cancel'",
        "A channel's refund is credited once.",
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._channel_note_posted()
        return posted

    def _channel_note_posted(self):
        """Invoices that people make are settled with the payments of their orders."""
        # an accountant need not have rights on channels
        orders = self.filtered(lambda m: m.move_type == "out_invoice").sudo()
        orders = orders.channel_order_id.filtered(
            lambda order: order.accounting_state == "waiting"
        )
        if orders:
            orders.accounting_state = "ready"
            orders.env["channel.wakeup"]._after_commit(orders.browse(), "_job_account")

    def _compute_invoice_currency_rate(self):
        """The rate of the channel's order stays: it is not the one of Odoo's table."""
        channel_moves = self.filtered(
            lambda move: move.channel_order_id and move.invoice_currency_rate
        )
        return super(AccountMove, self - channel_moves)._compute_invoice_currency_rate()

    def message_post_with_source(self, source_ref, **kwargs):
        """A note of the origin is left out: invoices of channels link to their orders,
        and notes are slow."""
        if source_ref == "mail.message_origin_link" and self.channel_order_id:
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)
