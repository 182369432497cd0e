from odoo import fields, models


class ChannelPushAttempt(models.Model):
    """A call that was begun: from here on its batch may have had its effect there.

    Written before the call, by an autonomous transaction, so that it stays whatever
    becomes of the job. A batch without any may be replaced; one that has some keeps its
    key.
    """

    _name = "channel.push.attempt"
    _description = "Channel Push Attempt"
    _order = "id desc"
    _log_access = False

    batch_id = fields.Many2one(
        "channel.push.batch", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(related="batch_id.channel_id", store=True)
    company_id = fields.Many2one(related="batch_id.company_id", store=True)
    started_at = fields.Datetime(required=True)
