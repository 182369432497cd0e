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
        help="Prices of a company, or of one of its locations: shown to it at the"
        " marketplace, and set on its orders.",
    )

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each customer once."
    )

    @api.depends("external_id")
    def _compute_kind(self):
        for link in self:
            link.kind = kind_of(link.external_id)

    def _by_id(self, channel, external_ids):
        """Links of a channel by external id, in one query."""
        links = self.search_fetch(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "in", list(external_ids)),
            ],
            ["external_id", "partner_id", "pricelist_id"],
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
