from odoo import fields, models


class ChannelCursor(models.Model):
    """How far one stream of one channel has been read; also the stream's lock."""

    _name = "channel.cursor"
    _description = "Channel Cursor"
    _rec_name = "stream"

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    stream = fields.Char(
        required=True, help="orders, fetch, listings, push.stock, push.shipment, ..."
    )
    watermark = fields.Datetime(help="Everything up to this moment has been read.")
    position = fields.Char(help="Where an interrupted read goes on.")
    overlap = fields.Integer(default=300, help="Seconds read again each time.")
    read_at = fields.Datetime()

    _channel_stream_unique = models.Constraint(
        "UNIQUE(channel_id, stream)", "A channel has one cursor per stream."
    )
