from odoo import fields, models


class ChannelReturnExchange(models.Model):
    """Units that the buyer gets instead; they become lines of the order."""

    _name = "channel.return.exchange"
    _description = "Channel Return Exchange"
    _rec_name = "title"

    return_id = fields.Many2one(
        "channel.return", required=True, readonly=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(related="return_id.channel_id", store=True)
    company_id = fields.Many2one(related="return_id.company_id", store=True)
    external_id = fields.Char(required=True, readonly=True)
    external_line_ids = fields.Json(readonly=True, help="The order's lines, by id.")
    title = fields.Char(readonly=True)
    sku = fields.Char(readonly=True)
    listing_id = fields.Many2one("channel.listing", readonly=True, ondelete="set null")
    quantity = fields.Integer(readonly=True)
    processed = fields.Integer(readonly=True, string="Processed There")
    told = fields.Integer(
        readonly=True, help="Units of which the channel was told to send them."
    )
    line_ids = fields.Many2many(
        "channel.order.line", readonly=True, string="Order Lines"
    )

    _return_external_unique = models.Constraint(
        "UNIQUE(return_id, external_id)", "A return has each exchange once."
    )
