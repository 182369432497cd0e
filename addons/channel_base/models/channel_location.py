from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ChannelLocation(models.Model):
    """A place of the channel and the Odoo locations that feed it."""

    _name = "channel.location"
    _inherit = "channel.row"
    _description = "Channel Location"
    _order = "channel_id, name"

    channel_id = fields.Many2one(
        "channel.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(required=True, readonly=True)
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

    def write(self, vals):
        result = super().write(vals)
        if {"active", "warehouse_id"} & vals.keys():
            self.env["channel.intent"]._note_channels(self.channel_id)
        return result


class ChannelLocationFeed(models.Model):
    """An Odoo location (with all below it) that feeds one place of a channel."""

    _name = "channel.location.feed"
    _inherit = "channel.row"
    _description = "Channel Location Feed"
    _check_company_auto = True
    _rec_name = "stock_location_id"

    location_id = fields.Many2one(
        "channel.location",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    channel_id = fields.Many2one(related="location_id.channel_id", store=True)
    company_id = fields.Many2one(related="location_id.company_id", store=True)
    stock_location_id = fields.Many2one(
        "stock.location",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('usage', 'in', ('internal', 'view'))]",
        check_company=True,
    )

    _channel_stock_location_unique = models.Constraint(
        "UNIQUE(channel_id, stock_location_id)",
        "An Odoo location feeds at most one place of a channel.",
    )

    @api.constrains("location_id", "stock_location_id")
    def _check_overlap(self):
        """No unit is shown at two places of a channel."""
        for feed in self:
            path = feed.stock_location_id.parent_path
            for other in feed.location_id.channel_id.location_ids.feed_ids:
                other_path = other.stock_location_id.parent_path
                nested = path.startswith(other_path) or other_path.startswith(path)
                if nested and other.location_id != feed.location_id:
                    raise ValidationError(
                        self.env._(
                            "%(location)s feeds %(place)s, and %(other)s, which is "
                            "part of it or holds it, feeds %(other_place)s. A unit "
                            "can be shown at one place of a channel only.",
                            location=feed.stock_location_id.complete_name,
                            place=feed.location_id.name,
                            other=other.stock_location_id.complete_name,
                            other_place=other.location_id.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        feeds = super().create(vals_list)
        self.env["channel.intent"]._note_channels(feeds.channel_id)
        return feeds

    def write(self, vals):
        result = super().write(vals)
        self.env["channel.intent"]._note_channels(self.channel_id)
        return result

    def unlink(self):
        self.env["channel.intent"]._note_channels(self.channel_id)
        return super().unlink()
