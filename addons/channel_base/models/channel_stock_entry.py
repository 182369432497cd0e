from odoo import api, fields, models

from ..services.stock_rule import shown


class ChannelStockEntry(models.Model):
    """Ledger: one quantity with every input and the rule version that produced it."""

    _name = "channel.stock.entry"
    _description = "Channel Stock Ledger Entry"
    _order = "id desc"
    _rec_name = "listing_id"
    _log_access = False

    level_id = fields.Many2one(
        "channel.listing.level", required=True, ondelete="cascade", index=True
    )
    listing_id = fields.Many2one("channel.listing", required=True, ondelete="cascade")
    location_id = fields.Many2one("channel.location", required=True, ondelete="cascade")
    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    product_id = fields.Many2one("product.product", readonly=True)
    created_at = fields.Datetime(required=True, readonly=True)
    rule_version = fields.Integer(required=True, readonly=True)
    inputs = fields.Json(
        readonly=True,
        help="Per component: on hand, open demand, unimported, per unit; and the rule.",
    )
    unexplained = fields.Integer(readonly=True)
    quantity = fields.Integer(required=True, readonly=True)
    expected = fields.Integer(readonly=True)
    shadow = fields.Boolean(
        string="Not Sent",
        readonly=True,
        help="Computed in shadow, or taken back before it was sent.",
    )
    item_id = fields.Many2one("channel.push.item", readonly=True, ondelete="set null")
    explanation = fields.Html(
        compute="_compute_explanation",
        sanitize=False,  # made from our own template, which escapes
        help="How the quantity came about.",
    )

    @api.depends("inputs", "rule_version")
    def _compute_explanation(self):
        for entry in self:
            entry.explanation = self.env["channel.stock.explain"]._explain(entry)

    def _recompute(self):
        """Make the quantity again from the stored inputs, by the rule of that time.

        :return: units, equal to ``quantity`` for every entry.
        :raises KeyError: for a rule that is not known here any more.
        """
        self.ensure_one()
        return shown(self.inputs, version=self.rule_version)
