from odoo import fields, models


class ChannelSecret(models.Model):
    """One encrypted credential; written from forms, never read back to a browser."""

    _name = "channel.secret"
    _description = "Channel Secret"
    _log_access = False

    channel_id = fields.Many2one("channel.channel", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    ciphertext = fields.Text(required=True, groups=fields.NO_ACCESS)

    _channel_name_unique = models.Constraint(
        "UNIQUE(channel_id, name)", "A channel has one secret of each name."
    )
