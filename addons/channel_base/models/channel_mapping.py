from odoo import api, fields, models

from ..services.roles import role
from .channel_order_policy import SOURCE_POLICIES


class ChannelMapping(models.Model):
    """One external code and what it means here; appears by itself when first seen."""

    _name = "channel.mapping"
    _inherit = "channel.row"
    _description = "Channel Mapping"
    _order = "channel_id, kind, external_code"
    _rec_name = "external_name"

    channel_id = fields.Many2one(
        "channel.channel",
        required=True,
        readonly=True,  # once it is there; the views let people choose it before
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("tax", "Tax"),
            ("gateway", "Payment gateway"),
            ("shipping", "Shipping method"),
            ("carrier", "Carrier"),
            ("service", "Shipping service of a provider"),
            ("parcel_carrier", "Carrier of a provider"),
            ("source", "Source of orders"),
            ("payment_terms", "Payment terms"),
            ("reason", "Return reason"),
            ("category", "Product category"),
            ("collection", "Collection"),
            ("publication", "Sales channel there"),
            ("language", "Language"),
        ],
        required=True,
        readonly=True,
    )
    external_code = fields.Char(required=True, readonly=True)
    external_name = fields.Char()
    tax_id = fields.Many2one(
        "account.tax", check_company=True, domain="[('type_tax_use', '=', 'sale')]"
    )
    # What the channel said of a tax when it was first seen.
    tax_rate = fields.Float(digits=False, readonly=True, help="Percent.")
    tax_included = fields.Boolean(readonly=True, help="Prices contain it.")
    tax_remitted = fields.Boolean(
        readonly=True,
        help="The marketplace collects it and pays it to the state itself.",
    )
    tax_country_code = fields.Char(readonly=True)
    suggested_tax_ids = fields.Many2many(
        "account.tax",
        compute="_compute_suggested_tax_ids",
        help="The best one comes first.",
    )
    journal_id = fields.Many2one("account.journal", check_company=True)
    payment_term_id = fields.Many2one("account.payment.term", check_company=True)
    carrier_id = fields.Many2one("delivery.carrier", check_company=True)
    carrier_code = fields.Char(help="The carrier's name as the marketplace spells it.")
    # What becomes of the orders of a source.
    order_policy = fields.Selection(
        SOURCE_POLICIES,
        string="Its Orders",
        default="import",
        help="Import without stock: sale orders, invoices and payments, but no"
        " transfers, for goods that others hold and ship. Hold: each order waits for a"
        " person. Ignore: new orders are kept as they are, make no documents and do not"
        " count against stock; a person can still import one.",
    )
    team_id = fields.Many2one(
        "crm.team", check_company=True, help="Empty: the channel's sales team."
    )
    tag_ids = fields.Many2many(
        "crm.tag", string="Tags", help="Put on the sale orders of this source."
    )
    category_ids = fields.Many2many(
        "product.category",
        help="Products of these categories and those below them belong to it.",
    )
    product_tag_ids = fields.Many2many(
        "product.tag", help="Products with one of these tags belong to it."
    )
    publish = fields.Selection(
        [("show", "Shown there"), ("hide", "Not shown there")],
        string="Published Products",
        help="Empty: whether products are shown there is left as it is.",
    )
    lang_id = fields.Many2one("res.lang", string="Language Here")

    _channel_kind_code_unique = models.Constraint(
        "UNIQUE(channel_id, kind, external_code)", "Each external code is mapped once."
    )

    @api.depends("kind", "channel_id", "tax_rate", "tax_included", "external_name")
    def _compute_suggested_tax_ids(self):
        for mapping in self:
            mapping.suggested_tax_ids = self.env["channel.tax.match"]._suggest(mapping)

    @role("operator")
    def action_create_tax(self):
        """Make the tax that the channel charges, modelled on the company's default
        one."""
        for mapping in self.filtered(lambda m: m.kind == "tax" and not m.tax_id):
            mapping.tax_id = self.env["channel.tax.create"]._for_mapping(mapping)

    def write(self, vals):
        result = super().write(vals)
        if {"tax_id", "journal_id"} & vals.keys():
            self._resume()
        if "order_policy" in vals:
            self.env["channel.order"]._note_policies(self.channel_id)
        if vals.get("payment_term_id"):
            self.env["channel.payment.terms"]._mapped(self)
        if {"category_ids", "product_tag_ids", "publish", "lang_id"} & vals.keys():
            self.env["channel.content.dirty"]._note_channels(self.channel_id)
        return result

    def _resume(self):
        """What waited for this choice goes on."""
        mapped = self.filtered(lambda mapping: mapping.tax_id or mapping.journal_id)
        self.env["channel.issue"].search(
            [("mapping_id", "in", mapped.ids), ("state", "=", "open")]
        ).action_resolve()
