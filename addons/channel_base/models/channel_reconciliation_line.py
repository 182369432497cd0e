from odoo import api, fields, models

from ..services.roles import role


class ChannelReconciliationLine(models.Model):
    """One thing that a reconciliation found to differ, and what became of it."""

    _name = "channel.reconciliation.line"
    _description = "Difference from the Channel"
    _order = "outcome, id"
    _rec_name = "external_id"
    _log_access = False

    run_id = fields.Many2one(
        "channel.reconciliation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    channel_id = fields.Many2one(
        "channel.channel", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True)
    stream = fields.Selection(related="run_id.stream")
    external_id = fields.Char(string="Id There", required=True, readonly=True)
    name = fields.Char(readonly=True)
    order_id = fields.Many2one(
        "channel.order", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    listing_id = fields.Many2one(
        "channel.listing", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    cause = fields.Selection(
        [
            ("missing", "Not known here"),
            ("unseen", "Not listed there"),
            ("gone", "Gone there"),
            ("differs", "Differs"),
            ("product", "Linked to another product"),
            ("not_told", "Left here, not shown there"),
            ("taken_back", "Told, not shown there any more"),
            ("shipped_there", "Shown there, did not leave here"),
            ("books", "Booked otherwise"),
            ("quantity", "Other quantity"),
            ("price", "Other price"),
        ],
        required=True,
        readonly=True,
    )
    ours = fields.Json(readonly=True)
    theirs = fields.Json(readonly=True)
    ours_text = fields.Char(string="Here", compute="_compute_texts")
    theirs_text = fields.Char(string="There", compute="_compute_texts")
    outcome = fields.Selection(
        [
            ("asking", "To be asked for"),
            ("pending", "Being repaired"),
            ("issue", "For a person"),
            ("left", "Left as it is"),
            ("repaired", "Repaired"),
        ],
        required=True,
        readonly=True,
    )
    issue_id = fields.Many2one(
        "channel.issue", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _run_unique = models.Constraint(
        "UNIQUE(run_id, external_id)", "A run tells of each thing once."
    )

    @api.depends("ours", "theirs")
    def _compute_texts(self):
        for line in self:
            line.ours_text = self._text(line.ours)
            line.theirs_text = self._text(line.theirs)

    def _text(self, facts):
        labels = self.env["channel.reconcile.stream"]._labels()
        return ", ".join(
            f"{labels.get(name, name)}: {'–' if value in (None, '') else value}"  # noqa: RUF001
            for name, value in sorted((facts or {}).items())
        )

    @role("user")
    def action_open_subject(self):
        """Open the record that differs."""
        line = self[:1]
        record = line.order_id or line.listing_id or line.run_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
