from odoo import fields, models


class AccountMoveLine(models.Model):
    """Lines of invoices know what they stand for at the channel, and their credit notes
    take it over."""

    _inherit = "account.move.line"

    channel_line_id = fields.Many2one(
        "channel.order.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    channel_role = fields.Char(readonly=True)
