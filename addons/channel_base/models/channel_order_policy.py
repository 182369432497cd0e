from odoo import api, fields, models

# What becomes of the orders of one source.
SOURCE_POLICIES = [
    ("import", "Import"),
    ("books", "Import without stock"),
    ("hold", "Hold"),
    ("ignore", "Ignore"),
]


class ChannelOrderPolicy(models.AbstractModel):
    """What people decide about the orders of a channel, and about their books."""

    _name = "channel.order.policy"
    _description = "Order Policies of a Channel"

    import_from = fields.Datetime(
        string="Import Orders From",
        required=True,
        default=fields.Datetime.now,
        help="Orders entered there earlier are left alone, whatever their date.",
    )
    import_payment = fields.Selection(
        [
            ("any", "At once"),
            ("authorized", "When authorised, sold on terms, or paid"),
            ("paid", "When paid"),
        ],
        string="Import Orders",
        default="authorized",
        required=True,
        help="Earlier, an order waits as pending; its quantities count against stock.",
    )
    import_test_orders = fields.Boolean(help="Otherwise test orders are held.")
    confirm_policy = fields.Selection(
        [("confirm", "Confirmed sale order"), ("quotation", "Quotation")],
        string="Orders Become",
        default="confirm",
        required=True,
    )
    invoice_policy = fields.Selection(
        [("paid", "When paid"), ("shipped", "When shipped"), ("manual", "By hand")],
        string="Invoice",
        default="paid",
        required=True,
    )
    refund_policy = fields.Selection(
        [("asked", "When asked for"), ("posted", "When the credit note is posted")],
        string="Pay Back",
        default="asked",
        required=True,
        help="When credit notes that people make are paid back at the channel.",
    )
    change_policy = fields.Selection(
        [("apply", "At once"), ("approve", "After a person has approved it")],
        string="Apply Changes of Orders",
        default="apply",
        required=True,
        help="Edits at the channel after the import. Cancellations are always applied"
        " at once, and units that were taken off never ship.",
    )
    unknown_sku_policy = fields.Selection(
        [
            ("hold", "Hold the order"),
            ("create", "Create the product"),
            ("placeholder", "Use a placeholder product"),
        ],
        string="Unknown SKU",
        default="hold",
        required=True,
    )
    customer_match = fields.Selection(
        [
            ("id", "Marketplace id"),
            ("id_email", "Marketplace id, then e-mail"),
            ("id_email_phone", "Marketplace id, then e-mail, then phone"),
            ("id_tax", "Marketplace id, then company number and tax number"),
            ("id_tax_email", "Marketplace id, then tax number, then e-mail"),
            (
                "id_tax_email_phone",
                "Marketplace id, then tax number, then e-mail, then phone",
            ),
        ],
        string="Match Customers By",
        default="id_email",
        required=True,
    )
    customer_import = fields.Selection(
        [
            ("off", "Only as their orders name them"),
            ("orders", "Those who have ordered"),
            ("all", "All customers and companies"),
        ],
        string="Import Customers",
        default="off",
        required=True,
        help="Customers that are imported follow their changes at the marketplace."
        " Addresses on documents are never changed.",
    )
    guest_partner_id = fields.Many2one(
        "res.partner",
        string="Guests' Customer",
        check_company=True,
        help="Collective customer for guest orders; empty: a customer each.",
    )
    hold_risk = fields.Selection(
        [
            ("never", "Never"),
            ("cancel", "When the marketplace advises to cancel"),
            ("investigate", "When it advises to investigate or to cancel"),
        ],
        string="Hold Risky Orders",
        default="cancel",
        required=True,
    )
    hold_on_hold = fields.Boolean(string="Hold Orders On Hold There", default=True)
    new_source_policy = fields.Selection(
        SOURCE_POLICIES,
        string="Orders of New Sources",
        default="import",
        required=True,
        help="What becomes of orders that come from where none came from before:"
        " another app, a till, draft orders. Each source can be decided for itself"
        " below, once it is known.",
    )
    preorder_policy = fields.Selection(
        [
            ("import", "Import, to be shipped on their day"),
            ("hold", "Hold until their day has come"),
        ],
        string="Pre-Orders",
        default="import",
        required=True,
        help="Orders with goods that the channel does not let be shipped yet. Imported,"
        " their transfers are planned for that day, apart from what can go at once."
        " Either way their quantities count against stock.",
    )
    show_attributes = fields.Selection(
        [
            ("documents", "On orders, transfers and invoices"),
            ("internal", "On orders and transfers, for staff only"),
            ("none", "Nowhere"),
        ],
        string="Custom Attributes",
        default="documents",
        required=True,
        help="What shops let buyers add: engravings, gift messages, wished days. Those"
        " of a line are part of its text, or, for staff only, of the remarks on sale"
        " order and transfer. Attributes whose name begins with _ are never shown.",
    )
    max_order_lines = fields.Integer(
        default=1000, help="Longer orders wait behind an issue; their stock is counted."
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        precompute=True,
        store=True,
        readonly=False,
        check_company=True,
    )
    pricelist_id = fields.Many2one("product.pricelist", check_company=True)
    team_id = fields.Many2one("crm.team", check_company=True)
    journal_id = fields.Many2one(
        "account.journal",
        string="Sales Journal",
        domain="[('type', '=', 'sale')]",
        check_company=True,
    )
    tax_policy = fields.Selection(
        [
            ("match", "Match to taxes by rate"),
            ("amount", "Take the amounts from the channel"),
        ],
        string="Taxes",
        default="match",
        required=True,
    )
    currency_mode = fields.Selection(
        [("presentment", "What the customer paid"), ("shop", "The shop's currency")],
        default="presentment",
        required=True,
    )
    shipping_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_shipping"),
        check_company=True,
    )
    discount_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_discount"),
        check_company=True,
    )
    tip_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_tip"),
        check_company=True,
    )
    fee_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_fee"),
        check_company=True,
    )
    gift_card_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_gift_card"),
        check_company=True,
        help="Its income account is the gift card liability.",
    )
    custom_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_custom"),
        check_company=True,
        help="For lines that the merchant typed in without a product.",
    )
    rounding_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_rounding"),
        check_company=True,
    )
    adjustment_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_adjustment"),
        check_company=True,
        help="For what a refund gives back beyond its goods, or keeps of them.",
    )
    placeholder_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_placeholder"),
        check_company=True,
    )

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for channel in self:
            company = channel.company_id
            if channel.warehouse_id.company_id != company:
                channel.warehouse_id = self.env["stock.warehouse"].search(
                    [("company_id", "=", company.id)], limit=1
                )
