from odoo import api, fields, models

KINDS = [
    ("person", "Person"),
    ("company", "Company"),
    ("contact", "Contact of a company"),
    ("location", "Location of a company"),
]


class ChannelPartner(models.Model):
    """Who a channel's customer is here: the marketplace's id of a person, a company,
    one of its places or one of those who buy for it."""

    _name = "channel.partner"
    _inherit = "channel.row"
    _description = "Channel Customer"
    _rec_name = "external_id"
    _order = "id desc"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "channel.channel", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(
        required=True,
        readonly=True,
        help="As the marketplace spells it; ids of companies, of their contacts and of"
        " their locations start with what they are: 'company:'.",
    )
    kind = fields.Selection(KINDS, compute="_compute_kind", store=True)
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade", index=True
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices of a company, or of one of its locations, which are set on its"
        " orders. Empty: those of the price list that it buys at there.",
    )
    price_list_id = fields.Many2one(
        "channel.price.list",
        string="Price List There",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="What a location buys at, as the marketplace says. Empty where it buys at"
        " none of its own, or at several.",
    )
    prices_differ = fields.Char(compute="_compute_prices_differ", string="To Assign")

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each customer once."
    )

    @api.depends("external_id")
    def _compute_kind(self):
        for link in self:
            link.kind = kind_of(link.external_id)

    @api.depends(
        "kind",
        "pricelist_id",
        "price_list_id.pricelist_id",
        "channel_id.price_list_ids.pricelist_id",
    )
    def _compute_prices_differ(self):
        """What has to be assigned there so that its customers see the prices here."""
        for link in self:
            own, told = link.pricelist_id, link.price_list_id
            link.prices_differ = False
            if link.kind == "location" and own and own != told.pricelist_id:
                wanted = link.channel_id.price_list_ids.filtered(
                    lambda one, own=own: one.pricelist_id == own
                )
                link.prices_differ = link._to_assign(wanted[:1], told)

    def _to_assign(self, wanted, told):
        if not wanted:
            return self.env._(
                "No price list of the channel has the prices of %s: choose it for one"
                " of them.",
                self.pricelist_id.name,
            )
        if not told:
            return self.env._("Assign %s to this location there.", wanted.name)
        return self.env._(
            "Assign %(wanted)s to this location there, instead of %(told)s.",
            wanted=wanted.name,
            told=told.name,
        )

    def _pricelist(self):
        """What orders of these are priced by: the first that has prices of its own."""
        for link in self:
            if found := link.pricelist_id or link.price_list_id.pricelist_id:
                return found
        return self.env["product.pricelist"]

    def _by_id(self, channel, external_ids):
        """Links of a channel by external id, in one query."""
        links = self.search_fetch(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "in", list(external_ids)),
            ],
            ["external_id", "partner_id", "pricelist_id", "price_list_id"],
        )
        return {link.external_id: link for link in links}

    def _store_links(self, channel, partner_by_id):
        """Store whose ids these are; those known stay what they are.

        :param partner_by_id: partner by external id.
        """
        rows = [
            (channel.id, channel.company_id.id, key, kind_of(key), partner.id)
            for key, partner in sorted(partner_by_id.items())
        ]
        if not rows:
            return
        self.env["res.partner"].flush_model(["name"])
        # beside the ORM: it cannot say ON CONFLICT
        self.env.cr.execute_values(
            """
            INSERT INTO channel_partner
                (channel_id, company_id, external_id, kind, partner_id)
            VALUES %s ON CONFLICT (channel_id, external_id) DO NOTHING
            """,
            rows,
        )
        self.env["res.partner"].invalidate_model(["channel_partner_ids"], flush=False)


def kind_of(external_id):
    """What an external id is the id of."""
    prefix = (external_id or "").partition(":")[0]
    return prefix if prefix in dict(KINDS) else "person"
