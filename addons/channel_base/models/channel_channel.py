from odoo import fields, models

FLOW_MODES = [("off", "Off"), ("shadow", "Shadow: compute, never send"), ("on", "On")]


class ChannelChannel(models.Model):
    """One connected shop, seller account or 3PL account. No job ever writes this row."""

    _name = "channel.channel"
    _description = "Sales Channel"
    _inherit = ["mail.thread"]
    _order = "sequence, name"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    # Marketplace addons extend this by ``selection_add``.
    provider = fields.Selection([], required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    account = fields.Char(
        string="Account Name",
        help="Shop domain, seller id: the account's name at the marketplace.",
    )
    base_url = fields.Char(
        string="API Base URL",
        groups="base.group_system",
        help="All traffic of this channel goes to this origin; empty for the real hosts.",
    )
    api_version = fields.Char(string="API Version")
    user_id = fields.Many2one(
        "res.users",
        string="Service User",
        required=True,
        help="Jobs of this channel run as this user.",
    )
    run_state = fields.Selection(
        [("draft", "Draft"), ("connected", "Connected"), ("paused", "Paused")],
        default="draft",
        required=True,
        copy=False,
        tracking=True,
        help="What people decided. 'State' adds what the channel's issues say.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("connected", "Connected"),
            ("paused", "Paused"),
            ("failing", "Failing"),
        ],
        compute="_compute_state",
        help="Failing: a blocking issue (credentials, settings) stops the channel.",
    )

    # --- flows ------------------------------------------------------------------------
    order_flow = fields.Selection(FLOW_MODES, default="on", required=True)
    stock_flow = fields.Selection(FLOW_MODES, default="on", required=True)
    shipment_flow = fields.Selection(FLOW_MODES, default="on", required=True)

    # --- orders -----------------------------------------------------------------------
    import_from = fields.Datetime(
        string="Import Orders From",
        required=True,
        default=fields.Datetime.now,
        help="Orders placed earlier are left alone.",
    )
    import_payment = fields.Selection(
        [
            ("any", "At once"),
            ("authorized", "When authorised or paid"),
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
        ],
        string="Match Customers By",
        default="id_email",
        required=True,
    )
    guest_partner_id = fields.Many2one(
        "res.partner",
        string="Guests' Customer",
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
    max_order_lines = fields.Integer(
        default=1000, help="Longer orders wait behind an issue; their stock is counted."
    )
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True)
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
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    rounding_limit = fields.Monetary(
        default=0.05,
        currency_field="company_currency_id",
        help="Largest difference that goes on a visible rounding line by itself.",
    )
    shipping_product_id = fields.Many2one("product.product", check_company=True)
    discount_product_id = fields.Many2one("product.product", check_company=True)
    tip_product_id = fields.Many2one("product.product", check_company=True)
    fee_product_id = fields.Many2one("product.product", check_company=True)
    gift_card_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        help="Its income account is the gift card liability.",
    )
    custom_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        help="For lines that the merchant typed in without a product.",
    )
    rounding_product_id = fields.Many2one("product.product", check_company=True)
    placeholder_product_id = fields.Many2one("product.product", check_company=True)

    # --- stock ------------------------------------------------------------------------
    stock_master = fields.Selection(
        [("odoo", "Odoo"), ("channel", "The channel")], default="odoo", required=True
    )
    stock_share = fields.Float(string="Share (%)", default=100.0)
    stock_buffer = fields.Integer(string="Safety Stock", default=0)
    stock_cap = fields.Integer(string="Show At Most", help="0: no cap.")
    stock_fuse = fields.Float(
        string="Fuse (%)",
        default=30.0,
        help="A run that changes or zeroes more of the catalogue waits for a person.",
    )
    increase_wait = fields.Integer(
        string="Wait for Decreases (minutes)",
        default=10,
        help="No increase while another channel's decrease is unconfirmed, this long.",
    )

    # --- shipments --------------------------------------------------------------------
    notify_customer = fields.Boolean(
        default=True, help="The marketplace tells the customer that goods are on the way."
    )

    # --- retention --------------------------------------------------------------------
    event_days = fields.Integer(string="Keep Webhook Bodies (days)", default=30)
    log_days = fields.Integer(string="Keep Sync Log (days)", default=30)

    location_ids = fields.One2many("channel.location", "channel_id")
    issue_ids = fields.One2many("channel.issue", "channel_id")
