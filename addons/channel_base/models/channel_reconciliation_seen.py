from odoo import fields, models


class ChannelReconciliationSeen(models.Model):
    """What a running reconciliation has read: written by the step that asks the
    channel, compared by the next one, deleted when the run ends."""

    _name = "channel.reconciliation.seen"
    _description = "Read for a Reconciliation"
    _rec_name = "external_id"
    _log_access = False

    run_id = fields.Many2one(
        "channel.reconciliation", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company")
    external_id = fields.Char(required=True)
    page = fields.Integer(required=True)
    facts = fields.Json(required=True, help="What the channel says of it.")

    _run_unique = models.Constraint(
        "UNIQUE(run_id, external_id)", "A run reads each thing once."
    )
    _page_index = models.Index("(run_id, page)")
