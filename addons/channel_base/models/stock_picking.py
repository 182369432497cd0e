from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    channel_order_id = fields.Many2one(related="sale_id.channel_order_id")
