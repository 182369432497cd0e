from datetime import datetime

from odoo import api, fields, models
from odoo.tools import format_datetime, formatLang

from ..services.roles import role

# facts that are amounts of money
MONEY = ("total", "refunded", "invoiced", "tax", "paid", "price", "compare_at")


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
    @api.depends_context("tz", "lang")
    def _compute_texts(self):
        for line in self:
            line.ours_text = self._text(line.ours)
            line.theirs_text = self._text(line.theirs)

    def _text(self, facts):
        labels = self.env["channel.reconcile.stream"]._labels()
        return ", ".join(
            f"{labels.get(name, name)}: {self._readable(name, value)}"
            for name, value in sorted((facts or {}).items())
        )

    def _readable(self, name, value):
        """One fact as people write it."""
        if value in (None, ""):
            return "–"  # noqa: RUF001
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if name in MONEY:
            currency = self.order_id.currency_id or self.listing_id.currency_id
            digits = currency.decimal_places if currency else 2
            return formatLang(self.env, value, digits=digits)
        if name == "updated_at":
            return format_datetime(self.env, datetime.fromisoformat(value))
        return value

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
