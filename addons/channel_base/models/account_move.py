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

    def _compute_invoice_currency_rate(self):
        """The rate of the channel's order stays: it is not the one of Odoo's table."""
        channel_moves = self.filtered(
            lambda move: move.channel_order_id and move.invoice_currency_rate
        )
        return super(AccountMove, self - channel_moves)._compute_invoice_currency_rate()
