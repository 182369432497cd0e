from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    channel_line_id = fields.Many2one(
        "channel.order.line",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    channel_priced = fields.Boolean(
        readonly=True,
        copy=False,
        help="Price, taxes and text come from the channel and are not computed again.",
    )
