from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..adapter.port import Capability

FLOW_MODES = [("off", "Off"), ("shadow", "Shadow: compute, never send"), ("on", "On")]
# A change of these may change what quantities are shown.
STOCK_POLICIES = {
    "stock_flow",
    "stock_master",
    "stock_share",
    "stock_buffer",
    "stock_cap",
    "warehouse_id",
}
# A change of these may let orders pass that wait, or hold others back.
ORDER_POLICIES = {
    "import_payment",
    "import_test_orders",
    "hold_risk",
    "hold_on_hold",
    "max_order_lines",
    "preorder_policy",
}


class ChannelChannel(models.Model):
    """One connected shop, seller account or 3PL account. No job writes this row."""

    _name = "channel.channel"
    _description = "Sales Channel"
    _inherit = [
        "mail.thread",
        "channel.service.user",
        "channel.order.policy",
        "channel.stock.policy",
        "channel.reconcile.policy",
        "channel.price.policy",
        "channel.content.policy",
        "channel.warehouse.policy",
        "channel.credential",
        "channel.port",
        "channel.work",
        "channel.action",
        "channel.gauge",
    ]
    _order = "sequence, name"
    _check_company_auto = True

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
        copy=False,
        help="Shop domain, seller id: the account's name at the marketplace.",
    )
    base_url = fields.Char(
        string="API Base URL",
        groups="base.group_system",
        help="All traffic of this channel goes to this origin; empty: the real hosts.",
    )
    api_version = fields.Char(string="API Version")
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
    # no money leaves before somebody has said so
    refund_flow = fields.Selection(FLOW_MODES, default="off", required=True)
    price_flow = fields.Selection(FLOW_MODES, default="off", required=True)
    return_flow = fields.Selection(FLOW_MODES, default="on", required=True)
    warehouse_flow = fields.Selection(
        FLOW_MODES,
        default="on",
        required=True,
        help="Transfers of places that ship our orders are sent there.",
    )
    return_rule_ids = fields.One2many("channel.return.rule", "channel_id")

    company_currency_id = fields.Many2one(related="company_id.currency_id")
    rounding_limit = fields.Monetary(
        # at least what the currency can say
        default=lambda self: max(0.05, self.env.company.currency_id.rounding),
        currency_field="company_currency_id",
        help="Largest difference that goes on a visible rounding line by itself.",
    )
    building_limit_value = fields.Monetary(
        string="Up to a Value of",
        default=200.0,
        currency_field="company_currency_id",
        help="At cost, of one product.",
    )

    location_ids = fields.One2many("channel.location", "channel_id")
    market_ids = fields.One2many("channel.market", "channel_id", string="Marketplaces")
    source_ids = fields.One2many(
        "channel.mapping",
        "channel_id",
        domain=[("kind", "=", "source")],
        string="Sources",
        help="Where the channel's orders are made. A source appears when its first"
        " order does.",
    )
    issue_ids = fields.One2many("channel.issue", "channel_id")
    capability_names = fields.Char(
        compute="_compute_capability_names",
        help="What the marketplace offers: decides which buttons there are.",
    )

    # Two channels of one account would bring in each of its orders twice.
    _account_unique = models.UniqueIndex(
        "(provider, account) WHERE active AND run_state <> 'draft' AND account <> ''",
        "This account is connected already, by another channel. Archive one of them.",
    )
    _order_limit_check = models.Constraint(
        "CHECK(max_order_lines >= 0 AND rounding_limit >= 0)",
        "The maximum of lines and the rounding limit are not negative.",
    )

    @api.constrains("company_id")
    def _check_one_company(self):
        """What a channel shows and has sold stays in one company."""
        for channel in self:
            # a manager of channels need not be a salesperson
            sold = (
                self.env["sale.order"]
                .sudo()
                .search([("channel_order_id.channel_id", "=", channel.id)], limit=1)
            )
            feeds = channel.sudo().location_ids.feed_ids.stock_location_id
            if (sold.company_id | feeds.company_id) - channel.company_id:
                raise ValidationError(
                    self.env._(
                        "%s has orders or stock locations of another company. Connect"
                        " the account by a new channel of this company instead.",
                        channel.name,
                    )
                )

    # --- computes ---------------------------------------------------------------------

    @api.depends("provider")
    def _compute_capability_names(self):
        for channel in self:
            known = channel._capabilities() if channel.provider else ()
            channel.capability_names = ",".join(sorted(one.value for one in known))

    @api.depends("run_state", "issue_ids.state", "issue_ids.blocking")
    def _compute_state(self):
        live = self.env["channel.identity"]._is_live()
        failing = self._blocked_ids()
        for channel in self:
            channel.state = channel.run_state
            if channel.run_state == "connected" and not live:
                channel.state = "paused"
            elif channel.run_state == "connected" and channel.id in failing:
                channel.state = "failing"

    def _blocked_ids(self):
        self.env["channel.issue"].flush_model(["state", "blocking"])
        self.env.cr.execute(
            "SELECT channel_id FROM channel_issue WHERE state = 'open' AND blocking"
        )
        return {row[0] for row in self.env.cr.fetchall()}

    # --- CRUD -------------------------------------------------------------------------

    def write(self, vals):
        showing = self.filtered(lambda channel: channel.stock_flow == "on")
        result = super().write(vals)
        if "import_from" in vals:
            self._forget_watermark()
        if STOCK_POLICIES & vals.keys():
            self.env["channel.intent"]._note_channels(self)
        if vals.get("stock_flow") == "on" and self - showing:
            self.env["channel.intent"]._note_channels(self - showing, "anew")
        if ORDER_POLICIES & vals.keys():
            self.env["channel.order"]._note_policies(self)
        if vals.get("invoice_policy", "manual") != "manual":
            self.env["channel.order"]._note_invoice_policy(self)
        if "customer_import" in vals:
            self._note_customer_import()
        if vals.keys() & set(self._flow_fields()):
            self._note_flows(vals)
        return result

    def _note_flows(self, vals):
        """What waited for a flow goes on."""
        if vals.get("shipment_flow", "off") != "off":
            self.env["channel.shipment"]._note_untold(self)
        if vals.get("warehouse_flow", "off") != "off":
            self.env["channel.shipping.order"]._wake()
        if vals.get("return_flow") == "on":
            self.env["channel.return"]._note_flow(self)
        for channel in self & self._operating():
            self.env["channel.sweeper"]._wake_channel(channel)

    def _note_customer_import(self):
        """Other webhooks are wanted from now on, and perhaps all customers."""
        ring = self.env["channel.wakeup"]._after_commit
        for channel in self & self._operating():
            ring(channel, "_job_check_connection")
            if channel.customer_import != "off":
                ring(channel, "_job_import_customers")

    def _pays_back(self):
        """Whether refunds that are made here can be sent to the channel."""
        offered = bool(self) and Capability.REFUND_PUSH in self._capabilities()
        return offered and self.refund_flow != "off"

    def _forget_watermark(self):
        """Orders that are older than what has been read may be wanted from now on."""
        # cursors are written by jobs; this one thing of them is decided by a person
        self.env["channel.cursor"].sudo().search(
            [("channel_id", "in", self.ids), ("stream", "in", ("orders", "returns"))]
        ).write({"watermark": False, "position": False})
