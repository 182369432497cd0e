from odoo import fields, models

KINDS = [("customer", "Customer"), ("company", "Company")]


class ChannelCustomer(models.Model):
    """What was read of a customer or company and is to be taken over; gone once it is.

    The newest state wins, whatever the order of arrival.
    """

    _name = "channel.customer"
    _description = "Customer to Take Over"
    _rec_name = "external_id"
    _order = "id"

    channel_id = fields.Many2one(
        "channel.channel", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    external_id = fields.Char(required=True, readonly=True)
    revised_at = fields.Datetime(readonly=True)
    snapshot = fields.Text(
        required=True, readonly=True, prefetch=False, groups=fields.NO_ACCESS
    )
    state = fields.Selection(
        [("new", "Waiting"), ("failed", "Failed")],
        default="new",
        required=True,
        readonly=True,
    )

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, kind, external_id)", "A customer waits once."
    )
    _waiting_index = models.Index("(id) WHERE state = 'new'")

    def _job_apply(self):
        """Take over customers and companies"""
        return self.env["channel.customer.apply"]._run()

    def _resume_issues(self, issues):
        """Try again to take over the customers that the issues are about."""
        for issue in issues:
            kind, _colon, external_id = issue.subject.partition(":")
            self.search(
                [
                    ("channel_id", "=", issue.channel_id.id),
                    ("kind", "=", kind),
                    ("external_id", "=", external_id),
                ]
            ).state = "new"
        self.env["channel.wakeup"]._after_commit(self.browse(), "_job_apply")
