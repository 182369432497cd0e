from odoo import fields, models


class ChannelSyncLog(models.Model):
    """One operation; written by autonomous transactions only, so failures stay."""

    _name = "channel.sync.log"
    _description = "Channel Sync Log"
    _order = "id desc"
    _rec_name = "operation"
    _log_access = False

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    created_at = fields.Datetime(required=True, index=True)
    direction = fields.Selection([("in", "In"), ("out", "Out")], required=True)
    operation = fields.Char(required=True)
    status = fields.Char()
    duration = fields.Float(digits=False, help="Seconds.")
    request_id = fields.Char(
        string="Call ID", help="The marketplace's own id of the call."
    )
    request = fields.Text(prefetch=False)
    response = fields.Text(prefetch=False)
    error = fields.Char()
    job_uuid = fields.Char(index=True)
