from odoo import api, fields, models

from ..services.roles import role

# What a change of a list may change in its prices.
PRICE_FIELDS = {
    "active",
    "pricelist_id",
    "compare_at",
    "compare_pricelist_id",
    "only_with_rule",
    "tax_mode",
    "currency_id",
    "tax_there",
}


class ChannelPriceList(models.Model):
    """One set of prices of a channel, and the pricelist here that they come from."""

    _name = "channel.price.list"
    _inherit = "channel.row"
    _description = "Channel Price List"
    _order = "channel_id, kind, name, id"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "channel.channel", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(readonly=True, help="Empty: the channel's base prices.")
    name = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("base", "Base prices"),
            ("market", "Market"),
            ("company", "Business customers"),
            ("other", "Other"),
        ],
        default="other",
        required=True,
        readonly=True,
    )
    active = fields.Boolean(default=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    tax_there = fields.Selection(
        [("included", "With tax"), ("excluded", "Without tax")],
        string="Prices There",
        readonly=True,
        help="What the channel says of its prices.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Where its prices come from. Of the base prices, empty: the channel's"
        " pricelist, or else the products' sales prices. Of another list, empty: its"
        " prices are left alone.",
    )
    tax_mode = fields.Selection(
        [
            ("channel", "As the channel wants them"),
            ("plain", "As the pricelist has them"),
        ],
        string="Tax in Prices",
        default="channel",
        required=True,
        help="As the channel wants them: the products' taxes are added or taken off"
        " where the channel's prices differ from those here.",
    )
    compare_at = fields.Selection(
        [
            ("regular", "The regular price during a sale"),
            ("pricelist", "The price of another pricelist"),
            ("none", "None"),
            ("keep", "Left as it is there"),
        ],
        string="Compare-at Price",
        default="regular",
        required=True,
        help="What is shown struck through. A sale is a price rule with dates; the"
        " regular price is the one without such rules. It is shown only where it is"
        " higher than the price.",
    )
    compare_pricelist_id = fields.Many2one("product.pricelist", check_company=True)
    only_with_rule = fields.Boolean(
        string="Only Prices of a Rule",
        help="A product that no rule of the pricelist names has no price of its own in"
        " this list: the list's general rule there holds.",
    )
    price_ids = fields.One2many("channel.listing.price", "price_list_id")

    _channel_external_unique = models.UniqueIndex(
        "(channel_id, (coalesce(external_id, '')))", "A channel has each list once."
    )

    def write(self, vals):
        result = super().write(vals)
        if PRICE_FIELDS & vals.keys():
            self.env["channel.intent"]._note_prices(channels=self.channel_id)
        return result

    @role("user")
    def action_open(self):
        """Open it on a form of its own."""
        self.ensure_one()
        return self._get_records_action()

    def _source(self):
        """The pricelist that its prices come from; empty: the sales prices."""
        return self.pricelist_id or (
            self.channel_id.pricelist_id
            if self.kind == "base"
            else self.env["product.pricelist"]
        )

    @api.model
    def _store(self, channel, lists):
        """Take over the channel's price lists; those that are gone are archived.

        :param lists: canonical ``PriceList``s.
        """
        rows = self.with_context(active_test=False)
        known = rows.search([("channel_id", "=", channel.id)])
        known = {row.external_id or "": row for row in known}
        lists = list(lists)
        currencies = self._currencies(lists)
        new = []
        for one in lists:
            row = known.pop(one.external_id, None)
            values = self._prepare_values(one, currencies)
            if not row:
                key = {"channel_id": channel.id, "external_id": one.external_id}
                new.append(key | values)
            elif changed := row._changed(values):
                row.write(changed)
        rows.create(new)
        rows.concat(*known.values()).filtered("active").active = False
        if new:
            self.env["channel.intent"]._note_prices(channels=channel)

    def _currencies(self, lists):
        codes = {one.currency for one in lists}
        Currency = self.env["res.currency"].with_context(active_test=False)
        return {
            one.name: one.id for one in Currency.search([("name", "in", list(codes))])
        }

    def _prepare_values(self, price_list, currencies):
        tax = {True: "included", False: "excluded", None: False}
        return {
            "name": price_list.name or price_list.external_id,
            "kind": price_list.kind.value,
            "currency_id": currencies.get(price_list.currency, False),
            "tax_there": tax[price_list.tax_included],
        }

    def _changed(self, values):
        return {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
