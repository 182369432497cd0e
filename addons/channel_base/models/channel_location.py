from odoo import fields, models


class ChannelLocation(models.Model):
    """A place of the channel and the Odoo locations that feed it."""

    _name = "channel.location"
    _description = "Channel Location"
    _order = "channel_id, name"

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True, index=True)
    external_id = fields.Char(required=True)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        help="Orders that the channel assigns to this place are shipped from here.",
    )
    feed_ids = fields.One2many(
        "channel.location.feed",
        "location_id",
        string="Fed By",
        help="Nothing here: no quantities are pushed to this place.",
    )

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each place once."
    )


class ChannelLocationFeed(models.Model):
    """An Odoo location (with all below it) that feeds one place of a channel."""

    _name = "channel.location.feed"
    _description = "Channel Location Feed"
    _rec_name = "stock_location_id"

    location_id = fields.Many2one(
        "channel.location", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(related="location_id.channel_id", store=True)
    company_id = fields.Many2one(related="location_id.company_id", store=True)
    stock_location_id = fields.Many2one(
        "stock.location", required=True, domain="[('usage', 'in', ('internal', 'view'))]"
    )

    _channel_stock_location_unique = models.Constraint(
        "UNIQUE(channel_id, stock_location_id)",
        "An Odoo location feeds at most one place of a channel.",
    )
