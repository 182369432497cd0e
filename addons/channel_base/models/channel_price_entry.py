from odoo import api, fields, models


class ChannelPriceEntry(models.Model):
    """Ledger: one price that was sent, or would have been, with what it came from."""

    _name = "channel.price.entry"
    _description = "Channel Price Ledger Entry"
    _order = "id desc"
    _rec_name = "listing_id"
    _log_access = False

    price_id = fields.Many2one(
        "channel.listing.price", required=True, ondelete="cascade", index=True
    )
    listing_id = fields.Many2one("channel.listing", required=True, ondelete="cascade")
    price_list_id = fields.Many2one(
        "channel.price.list", required=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    currency_id = fields.Many2one(related="price_list_id.currency_id")
    created_at = fields.Datetime(required=True, readonly=True)
    inputs = fields.Json(readonly=True, help="Pricelist, rule, date, tax, cost.")
    amount = fields.Float(digits=False, readonly=True)
    compare_at = fields.Float(string="Compare-at Price", digits=False, readonly=True)
    expected = fields.Float(string="Before", digits=False, readonly=True)
    shadow = fields.Boolean(
        string="Not Sent",
        readonly=True,
        help="Computed in shadow, or taken back before it was sent.",
    )
    item_id = fields.Many2one("channel.push.item", readonly=True, ondelete="set null")
    explanation = fields.Html(
        compute="_compute_explanation",
        sanitize=False,  # made from our own template, which escapes
        help="How the price came about.",
    )

    @api.depends("inputs")
    def _compute_explanation(self):
        for entry in self:
            entry.explanation = self.env["channel.price.explain"]._explain(entry)
