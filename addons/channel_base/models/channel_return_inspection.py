from odoo import fields, models


class ChannelReturnInspection(models.Model):
    """What was decided about some returned units: the history of an inspection."""

    _name = "channel.return.inspection"
    _description = "Inspected Goods"
    _order = "id"
    _rec_name = "product_id"

    line_id = fields.Many2one(
        "channel.return.line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    return_id = fields.Many2one(related="line_id.return_id", store=True, index=True)
    channel_id = fields.Many2one(related="line_id.channel_id", store=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    quantity = fields.Float(digits="Product Unit", required=True, readonly=True)
    disposition = fields.Selection(
        [
            ("restock", "Back to stock"),
            ("scrap", "Scrap"),
            ("other", "Other location"),
            ("missing", "Did not come"),
        ],
        required=True,
        readonly=True,
    )
    location_id = fields.Many2one("stock.location", readonly=True)
    picking_id = fields.Many2one("stock.picking", readonly=True, string="Transfer")
    user_id = fields.Many2one("res.users", readonly=True, string="Inspected By")
    inspected_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
