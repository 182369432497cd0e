from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, formatLang

from ..services.roles import as_workers, role


class ChannelReconciliation(models.Model):
    """One run that compares one stream of one channel with what is here.

    Jobs write it, step by step: ``phase`` says which step is next, ``position`` where
    the reading goes on, ``page`` the part that was read last. Killed anywhere, it goes
    on from there.
    """

    _name = "channel.reconciliation"
    _description = "Reconciliation"
    _order = "id desc"
    _rec_name = "summary"
    _rec_names_search = ["channel_id"]

    channel_id = fields.Many2one(
        "channel.channel", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    stream = fields.Selection(
        [
            ("orders", "Orders"),
            ("fulfilments", "Shipments"),
            ("refunds", "Invoices, payments and refunds"),
            ("listings", "Listings"),
            ("quantities", "Quantities"),
            ("prices", "Prices"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    origin = fields.Selection(
        [("night", "Each night"), ("person", "A person")], required=True, readonly=True
    )
    state = fields.Selection(
        [
            ("running", "Running"),
            ("equal", "In sync"),
            ("different", "Differences"),
            ("stopped", "Stopped"),
        ],
        default="running",
        required=True,
        readonly=True,
        index=True,
    )
    phase = fields.Selection(
        [
            ("read", "Reading"),
            ("compare", "Comparing"),
            ("ask", "Asking for what was not listed"),
            ("repair", "Waiting for repairs"),
        ],
        default="read",
        readonly=True,
    )
    started_at = fields.Datetime(required=True, readonly=True)
    ended_at = fields.Datetime(readonly=True)
    since = fields.Datetime(
        readonly=True, help="Orders that changed there since then are compared."
    )
    position = fields.Char(readonly=True, help="Where the reading goes on.")
    page = fields.Integer(readonly=True)
    read_at = fields.Datetime(readonly=True, help="When the part was asked for.")
    looks = fields.Integer(readonly=True, help="How often it looked for repairs.")
    expected = fields.Integer(readonly=True, help="How many of them are known here.")
    compared = fields.Integer(readonly=True)
    repaired = fields.Integer(readonly=True)
    issue_count = fields.Integer(string="For People", readonly=True)
    note = fields.Char(readonly=True, help="Why it was stopped.")
    progress = fields.Float(compute="_compute_progress")
    summary = fields.Char(compute="_compute_summary")
    line_ids = fields.One2many("channel.reconciliation.line", "run_id", readonly=True)

    _running_unique = models.UniqueIndex(
        "(channel_id, stream) WHERE state = 'running'",
        "This is being compared already.",
    )
    _last_index = models.Index("(channel_id, stream, id)")

    @api.depends("state", "compared", "expected")
    def _compute_progress(self):
        for run in self:
            if run.state != "running":
                run.progress = 100.0
            else:
                share = run.compared / run.expected if run.expected else 0.0
                run.progress = min(99.0, 100.0 * share)

    @api.depends("state", "phase", "compared", "repaired", "issue_count", "ended_at")
    @api.depends_context("tz", "lang")
    def _compute_summary(self):
        for run in self:
            run.summary = run._told()

    def _told(self):
        """What came of it, in one line."""
        counts = {
            "what": dict(self._fields["stream"]._description_selection(self.env)).get(
                self.stream
            ),
            "compared": formatLang(self.env, self.compared, digits=0),
            "repaired": formatLang(self.env, self.repaired, digits=0),
            "issues": formatLang(self.env, self.issue_count, digits=0),
            "moment": format_datetime(self.env, self.ended_at, dt_format="short"),
        }
        texts = {
            "running": self.env._("%(what)s: %(compared)s compared so far", **counts),
            "equal": self.env._(
                "%(what)s: in sync at %(moment)s, %(compared)s compared, %(repaired)s"
                " repaired",
                **counts,
            ),
            "different": self.env._(
                "%(what)s: differences at %(moment)s, %(compared)s compared,"
                " %(repaired)s repaired, %(issues)s left to people",
                **counts,
            ),
            "stopped": self.env._(
                "%(what)s: stopped at %(moment)s, %(compared)s compared", **counts
            ),
        }
        return texts.get(self.state, "")

    def _job_reconcile(self):
        """Compare the next part with the channel"""
        return self.env["channel.reconcile"]._run(self)

    def _resume_issues(self, issues):
        """Compare again what a person has corrected."""
        for channel, same in issues.grouped("channel_id").items():
            streams = {subject.partition(":")[0] for subject in same.mapped("subject")}
            channel._reconcile("person", streams)

    # --- what people do ---------------------------------------------------------------

    @role("operator")
    def action_run_again(self):
        """Compare the same again now."""
        for channel, runs in self.grouped("channel_id").items():
            channel._require_operating()
            channel._reconcile("person", set(runs.mapped("stream")))

    @role("operator")
    def action_stop(self):
        """Compare no further; what was found so far stays."""
        if self.filtered(lambda run: run.state != "running"):
            raise UserError(self.env._("This has ended already."))
        for runs in as_workers(self):
            for run in runs:
                run.env["channel.reconcile"]._end(
                    run, "stopped", self.env._("Stopped by %s", self.env.user.name)
                )
