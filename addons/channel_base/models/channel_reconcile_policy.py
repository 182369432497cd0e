from odoo import api, fields, models
from odoo.fields import Domain

from ..services.roles import role


class ChannelReconcilePolicy(models.AbstractModel):
    """Comparing a channel with what is here: what people decide, and see of it."""

    _name = "channel.reconcile.policy"
    _description = "Reconciliation of a Channel"

    reconcile_nightly = fields.Boolean(
        string="Reconcile Each Night",
        default=True,
        help="Compare everything with the channel each night at about two o'clock UTC.",
    )
    reconcile_repair = fields.Boolean(
        string="Repair Differences",
        default=True,
        help="Otherwise they are only listed. Quantities are always set again from the"
        " stock here, because units would be sold twice else.",
    )
    reconcile_days = fields.Integer(
        string="Compare Orders of (days)",
        default=60,
        help="Orders that changed at the channel in so many days. Shopify shows older"
        " ones only with the scope read_all_orders.",
    )
    report_days = fields.Integer(
        string="Keep Reconciliation Reports (days)",
        default=90,
        help="The last report of each kind is always kept.",
    )
    reconciliation_ids = fields.Many2many(
        "channel.reconciliation",
        string="Last Reconciliations",
        compute="_compute_reconciliation_ids",
        help="The last one of each kind.",
    )

    _reconcile_days_check = models.Constraint(
        "CHECK(reconcile_days > 0 AND report_days > 0)",
        "Orders of a day at least are compared, and reports are kept for a day.",
    )

    @api.depends("run_state")
    def _compute_reconciliation_ids(self):
        last = self.env["channel.reconciliation"]._read_group(
            Domain("channel_id", "in", self.ids), ["channel_id", "stream"], ["id:max"]
        )
        for channel in self:
            channel.reconciliation_ids = [
                run_id for owner, _stream, run_id in last if owner == channel
            ]

    @role("operator")
    def action_reconcile(self):
        """Compare everything with the channel now."""
        self.ensure_one()
        self._require_operating()
        self._reconcile("person")
        return self._open("channel_base.channel_reconciliation_action")

    def _reconcile(self, origin, streams=None):
        """Begin to compare, what is not being compared already.

        :param streams: names; None: all that the channel offers.
        """
        # people begin runs; only jobs may write them
        worker = self.sudo()._as_worker()
        worker.env["channel.reconcile"]._start(worker, origin, streams)

    # --- crons ------------------------------------------------------------------------

    def _cron_reconcile(self):
        """Have everything compared, where people want it each night."""
        for channel in self._operating().filtered("reconcile_nightly"):
            channel._reconcile("night")
