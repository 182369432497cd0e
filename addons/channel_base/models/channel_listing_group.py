from odoo import fields, models


class ChannelListingGroup(models.Model):
    """Products of a channel that are treated otherwise than the others."""

    _name = "channel.listing.group"
    _inherit = ["channel.row", "channel.content.master"]
    _description = "Listing Group"
    _order = "channel_id, name"

    name = fields.Char(required=True)
    channel_id = fields.Many2one(
        "channel.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    publish_status = fields.Selection(
        [("active", "On sale"), ("draft", "Draft")],
        string="Publish As",
        help="Empty: as the channel says.",
    )

    _channel_name_unique = models.Constraint(
        "UNIQUE(channel_id, name)", "A channel has each group once."
    )

    def write(self, vals):
        result = super().write(vals)
        self.env["channel.content.dirty"]._note_channels(self.channel_id)
        return result
