from odoo import fields, models

from ..services.roles import as_workers, role


class ChannelOrderChange(models.Model):
    """What an edit at the channel asks of an order's documents, as people see it.

    ``snapshot`` is the state that the plan leads to. A later state supersedes a plan
    that still waits: there is one open plan an order.
    """

    _name = "channel.order.change"
    _description = "Change of a Channel Order"
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "channel.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(related="order_id.channel_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    state = fields.Selection(
        [
            ("proposed", "To approve"),
            ("approved", "Being applied"),
            ("applied", "Applied"),
            ("dismissed", "Dismissed"),
            ("superseded", "Superseded"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
    )
    revised_at = fields.Datetime(
        readonly=True, help="When the channel's state that it leads to was made."
    )
    applied_at = fields.Datetime(readonly=True)
    decided_at = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    sale_order_id = fields.Many2one(related="order_id.sale_order_id")
    total_before = fields.Monetary(readonly=True)
    total_after = fields.Monetary(readonly=True)
    snapshot = fields.Text(readonly=True, prefetch=False)
    step_ids = fields.One2many("channel.order.change.step", "change_id", readonly=True)

    _one_open_unique = models.UniqueIndex(
        "(order_id) WHERE state IN ('proposed', 'approved')",
        "An order has one open change.",
    )

    def _resume_issues(self, issues):
        """A person says that what waits is right."""
        waiting = self.search(
            [("order_id", "in", issues.order_id.ids), ("state", "=", "proposed")]
        )
        waiting._decide("approved")

    def _decide(self, state):
        # before the job's own user takes over
        decision = {
            "decided_at": fields.Datetime.now(),
            "decided_by_id": self.env.uid,
        }
        proposed = self.filtered(lambda change: change.state == "proposed")
        for changes in as_workers(proposed):
            changes.write(decision)
            changes.env["channel.change.decide"]._decide(changes, state)

    # --- what people do ---------------------------------------------------------------

    @role("operator")
    def action_approve(self):
        """Let the documents follow the channel."""
        self._decide("approved")

    @role("operator")
    def action_dismiss(self):
        """Leave the documents as they are: a person has changed them, or will."""
        self._decide("dismissed")

    @role("user")
    def action_open_order(self):
        return self.order_id._get_records_action()
