from odoo import fields, models


class ChannelMarket(models.Model):
    """One of the marketplaces that an account sells in, with what holds for its orders
    alone."""

    _name = "channel.market"
    _inherit = "channel.row"
    _description = "Channel Marketplace"
    _order = "channel_id, name"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "channel.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True)
    active = fields.Boolean(
        default=True, help="The account takes part in it: the channel says so."
    )
    in_use = fields.Boolean(
        default=True, help="Orders are taken from here, and listings are read here."
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    pricelist_id = fields.Many2one(
        "product.pricelist",
        domain="[('currency_id', '=', currency_id)]",
        check_company=True,
        help="Of its orders; empty: the channel's.",
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        check_company=True,
        help="Of its orders; empty: as the customer's address says.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Sales Journal",
        domain="[('type', '=', 'sale')]",
        check_company=True,
        help="Of its invoices; empty: the channel's.",
    )

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each marketplace once."
    )

    # --- what the channel says --------------------------------------------------------

    def _store(self, channel, markets):
        """Take over the account's marketplaces; those that it left are archived.

        :param markets: canonical ``Market``s.
        """
        rows = self.with_context(active_test=False)
        known = rows.search([("channel_id", "=", channel.id)]).grouped("external_id")
        new = []
        for market in markets:
            row = known.pop(market.external_id, None)
            values = {"name": market.name, "active": market.active}
            if not row:
                new.append(self._prepare_row(channel, market) | values)
            elif any(row[name] != value for name, value in values.items()):
                row.write(values)
        rows.create(new)
        rows.concat(*known.values()).active = False

    def _prepare_row(self, channel, market):
        # currencies that nobody uses yet are archived
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", market.currency)], limit=1)
        country = self.env["res.country"].search(
            [("code", "=", market.country_code)], limit=1
        )
        return {
            "channel_id": channel.id,
            "external_id": market.external_id,
            "currency_id": currency.id,
            "country_id": country.id,
        }

    # --- what its orders have of it ---------------------------------------------------

    def _by_code(self, channel):
        """The channel's marketplaces by their ids there."""
        rows = self.with_context(active_test=False).search_fetch(
            [("channel_id", "=", channel.id)],
            ["external_id", "pricelist_id", "fiscal_position_id", "journal_id"],
        )
        return {row.external_id: row for row in rows}

    def _prepare_sale(self):
        """What sale orders have of their marketplace, beside the channel's."""
        values = {}
        if self.fiscal_position_id:
            values["fiscal_position_id"] = self.fiscal_position_id.id
        if self.journal_id:
            values["journal_id"] = self.journal_id.id
        return values
