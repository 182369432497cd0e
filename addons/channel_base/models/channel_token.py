from odoo import fields, models


class ChannelToken(models.Model):
    """A short-lived access token; written by autonomous transactions only."""

    _name = "channel.token"
    _description = "Channel Access Token"
    _log_access = False

    channel_id = fields.Many2one("channel.channel", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    ciphertext = fields.Text(groups=fields.NO_ACCESS)
    expires_at = fields.Datetime()

    _channel_name_unique = models.Constraint(
        "UNIQUE(channel_id, name)", "A channel has one token of each name."
    )
