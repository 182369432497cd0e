from odoo import fields, models


class ChannelRateBucket(models.Model):
    """Tokens left to call a channel, shared by all workers and nodes.

    Written by autonomous transactions only.
    """

    _name = "channel.rate.bucket"
    _description = "Channel Rate Bucket"
    _log_access = False

    channel_id = fields.Many2one("channel.channel", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    level = fields.Float(digits=False, required=True)
    measured_at = fields.Datetime(required=True)

    _channel_name_unique = models.Constraint(
        "UNIQUE(channel_id, name)", "A channel has one bucket of each name."
    )
