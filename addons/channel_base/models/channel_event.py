from odoo import fields, models


class ChannelEvent(models.Model):
    """Inbox: what happened at the channel.

    A hint only rings the bell: its body is encrypted and pruned. A document's body is
    the truth.
    """

    _name = "channel.event"
    _description = "Channel Event"
    _order = "id desc"
    _rec_name = "event_key"

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    event_key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [("hint", "Hint"), ("document", "Document")], default="hint", required=True
    )
    origin = fields.Selection(
        [("webhook", "Webhook"), ("poll", "Polling"), ("person", "A person")],
        default="webhook",
        required=True,
    )
    topic = fields.Char(required=True, readonly=True)
    resource = fields.Char(readonly=True, help="Empty: a topic that is not used.")
    external_id = fields.Char(readonly=True)
    occurred_at = fields.Datetime(readonly=True)
    received_at = fields.Datetime(required=True, readonly=True)
    body = fields.Text(readonly=True, prefetch=False, groups=fields.NO_ACCESS)
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("done", "Done"),
            ("ignored", "Ignored"),
            ("failed", "Failed"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    done_at = fields.Datetime(readonly=True)

    _channel_key_unique = models.Constraint(
        "UNIQUE(channel_id, event_key)", "An event is stored once."
    )
    _waiting_index = models.Index("(channel_id, id) WHERE state = 'new'")
