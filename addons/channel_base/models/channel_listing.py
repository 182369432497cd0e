from odoo import api, fields, models

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


class ChannelListing(models.Model):
    """One offer of one product variant on one channel. SKUs may repeat or be empty."""

    _name = "channel.listing"
    _description = "Channel Listing"
    _order = "channel_id, sku, id"
    _rec_names_search = ["name", "sku", "barcode", "external_id"]

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True, index=True)
    external_id = fields.Char(required=True)
    external_product_id = fields.Char(index=True)
    stock_key = fields.Char(help="What the channel's stock calls name this listing by.")
    name = fields.Char(required=True)
    sku = fields.Char(index=True)
    barcode = fields.Char(index=True)
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
    )
    tracked = fields.Boolean(default=True, help="The channel keeps a quantity of it.")
    price = fields.Float(digits=False, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    product_id = fields.Many2one(
        "product.product",
        index=True,
        domain="[('company_id', 'in', (company_id, False))]",
    )
    # Empty: the channel's own rule.
    own_stock_rule = fields.Boolean()
    stock_share = fields.Float(string="Share (%)", default=100.0)
    stock_buffer = fields.Integer(string="Safety Stock")
    stock_cap = fields.Integer(string="Show At Most")
    push_stock = fields.Boolean(default=True)
    level_ids = fields.One2many("channel.listing.level", "listing_id")

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each listing once."
    )

    @api.model_create_multi
    def create(self, vals_list):
        listings = super().create(vals_list)
        self.env["channel.intent"]._collect_products(listings.product_id.ids)
        return listings

    def write(self, vals):
        if not STOCK_FIELDS & vals.keys():
            return super().write(vals)
        before = self.product_id
        result = super().write(vals)
        self.env["channel.intent"]._collect_products((before | self.product_id).ids)
        return result
