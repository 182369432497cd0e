from odoo import api, fields, models

from ..services.roles import as_workers, role

# What a change of a listing may change in its quantities.
STOCK_FIELDS = {
    "active",
    "state",
    "tracked",
    "product_id",
    "own_stock_rule",
    "stock_share",
    "stock_buffer",
    "stock_cap",
    "push_stock",
}


# What a change of a listing may change in its prices.
PRICE_FIELDS = {"active", "state", "product_id", "push_price"}


class ChannelListing(models.Model):
    """One offer of one product variant on one channel. SKUs may repeat or be empty."""

    _name = "channel.listing"
    _inherit = "channel.row"
    _description = "Channel Listing"
    _order = "channel_id, sku, id"
    _rec_names_search = ["name", "sku", "barcode", "external_id"]
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
    external_product_id = fields.Char(readonly=True, index=True)
    channel_product_id = fields.Many2one(
        "channel.product", readonly=True, ondelete="set null", index="btree_not_null"
    )
    stock_key = fields.Char(
        readonly=True, help="What the channel's stock calls name this listing by."
    )
    name = fields.Char(required=True, readonly=True)
    sku = fields.Char(readonly=True, index=True)
    barcode = fields.Char(readonly=True, index=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [
            ("active", "Active"),
            ("draft", "Draft"),
            ("archived", "Archived"),
            ("unlisted", "Unlisted"),
            ("gone", "Deleted there"),
        ],
        default="active",
        required=True,
        readonly=True,
    )
    tracked = fields.Boolean(
        default=True, readonly=True, help="The channel keeps a quantity of it."
    )
    price = fields.Float(digits=False, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    seen_at = fields.Datetime(
        readonly=True, help="When the channel last said that it has the listing."
    )
    product_id = fields.Many2one(
        "product.product",
        index=True,
        # else what is for sale there would not be counted any more, without a word
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', 'in', (company_id, False)), ('type', '!=', 'combo')]",
    )
    product_type = fields.Selection(related="product_id.type", store=True)
    suggested_product_ids = fields.Many2many(
        "product.product",
        compute="_compute_suggested_product_ids",
        help="Products that the listing may mean, the likeliest first.",
    )
    # Empty: the channel's own rule.
    own_stock_rule = fields.Boolean()
    stock_share = fields.Float(string="Share (%)", default=100.0)
    stock_buffer = fields.Integer(string="Safety Stock")
    stock_cap = fields.Integer(string="Show At Most")
    push_stock = fields.Boolean(default=True)
    push_price = fields.Boolean(default=True)
    level_ids = fields.One2many("channel.listing.level", "listing_id")
    price_ids = fields.One2many("channel.listing.price", "listing_id")

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each listing once."
    )
    _no_combo = models.Constraint(
        "CHECK(product_type <> 'combo')",
        "A combo is not delivered itself and has no price, so no listing can sell it."
        " Choose a product that is delivered, or make the listing's product a kit.",
    )
    _stock_rule_check = models.Constraint(
        "CHECK(stock_share BETWEEN 0 AND 100 AND stock_buffer >= 0 AND stock_cap >= 0)",
        "Share is 0 to 100 %; safety stock and cap are not negative.",
    )

    @api.depends("product_id", "name", "sku", "barcode")
    def _compute_suggested_product_ids(self):
        for listing in self:
            unknown = not listing.product_id
            suggested = unknown and self.env["channel.listing.suggest"]._suggest(
                listing
            )
            listing.suggested_product_ids = suggested or False

    @api.depends("name", "sku")
    def _compute_display_name(self):
        for listing in self:
            code = f"[{listing.sku}] " if listing.sku else ""
            listing.display_name = f"{code}{listing.name or ''}"

    # --- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        listings = super().create(vals_list)
        self.env["channel.intent"]._collect_products(listings.product_id.ids)
        self.env["channel.intent"]._collect_prices(listings.product_id.ids)
        return listings

    def write(self, vals):
        if PRICE_FIELDS & vals.keys():
            # of the product that it had, and of the one that it gets
            products = {*self.product_id.ids, vals.get("product_id") or 0} - {0}
            self.env["channel.intent"]._collect_prices(products)
        if not STOCK_FIELDS & vals.keys():
            return super().write(vals)
        before = self.product_id
        result = super().write(vals)
        self.env["channel.intent"]._collect_products((before | self.product_id).ids)
        if vals.get("product_id"):
            self._follow_product()
        return result

    # --- products ---------------------------------------------------------------------

    def _follow_product(self):
        """Products were found or chosen: quantities and waiting orders go on."""
        self.env["channel.intent"]._collect_products(self.product_id.ids)
        for listings in as_workers(self):
            listings.env["channel.order"]._resume_listings(listings)
            listings._settle_unmapped()

    def _mark_gone(self):
        """The channel does not have these listings any more."""
        self.write({"state": "gone"})
        self._settle_unmapped()
        for channel, listings in self.grouped("channel_id").items():
            subjects = [level._subject() for level in listings.level_ids]
            for kind in ("push_rejected", "drift"):
                self.env["channel.issue"]._settle(channel, kind, subjects)

    def _settle_unmapped(self):
        for channel, listings in self.grouped("channel_id").items():
            subjects = [listing._subject() for listing in listings]
            self.env["channel.issue"]._settle(channel, "unmapped_listing", subjects)

    def _subject(self):
        """What issues about this listing call it."""
        return f"listing:{self.external_id}"

    def _resume_issues(self, issues):
        """Look for products again."""
        for channel, same in issues.grouped("channel_id").items():
            self.env["channel.listing.match"]._match(channel, same.listing_id)

    @role("operator")
    def action_create_product(self):
        """Make a product for each listing that has none."""
        for listing in self.filtered(lambda row: not row.product_id):
            # whoever may choose a listing's product may have it made
            worker = listing.channel_id.sudo()._as_worker()
            product = worker.env["product.product"].create(
                listing._prepare_product_values()
            )
            listing.product_id = product.id

    def _prepare_product_values(self):
        values = {
            "name": self.name,
            "default_code": self.sku,
            "barcode": self.barcode,
            "type": "consu",
            "is_storable": self.tracked,
            "company_id": self.company_id.id,
        }
        if self.currency_id == self.company_id.currency_id:
            values["list_price"] = self.price
        return values
