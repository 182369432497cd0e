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

    def action_open_channel_order(self):
        self.ensure_one()
        return self.channel_order_id._get_records_action()
