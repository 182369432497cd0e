from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    channel_order_id = fields.Many2one(
        "channel.order", readonly=True, copy=False, ondelete="restrict"
    )

    _channel_order_unique = models.UniqueIndex(
        "(channel_order_id) WHERE channel_order_id IS NOT NULL",
        "A channel order has one sale order.",
    )
