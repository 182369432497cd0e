from odoo import fields, models


class ChannelPartner(models.Model):
    """Who a channel's customer is here: the marketplace's id of a person or a
    company."""

    _name = "channel.partner"
    _description = "Channel Customer"
    _rec_name = "external_id"

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(
        required=True,
        help="As the marketplace spells it; companies start with 'company:'.",
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True
    )

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each customer once."
    )
