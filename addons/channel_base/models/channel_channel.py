from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..adapter.errors import ConfigError
from ..adapter.port import Capability, Settings
from ..adapter.transport import Transport
from ..adapter.webhook import Resource
from ..services.keyring import KeyFileError
from ..services.overview import COUNTED
from ..services.rate_limiter import TableRateLimiter
from ..services.token_store import TableTokenStore
from ..services.tracer import TableTracer
from ..services.worker_errors import call_errors

OVERVIEW = (*COUNTED, "polled_at", "exposed_since")
FLOW_MODES = [("off", "Off"), ("shadow", "Shadow: compute, never send"), ("on", "On")]
FLOWS = {"order_flow", "stock_flow", "shipment_flow"}
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
}


class ChannelChannel(models.Model):
    """One connected shop, seller account or 3PL account. No job writes this row."""

    _name = "channel.channel"
    _description = "Sales Channel"
    _inherit = ["mail.thread"]
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
    user_id = fields.Many2one(
        "res.users",
        string="Service User",
        required=True,
        default=lambda self: self.env.ref("channel_base.user_worker"),
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
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    rounding_limit = fields.Monetary(
        default=0.05,
        currency_field="company_currency_id",
        help="Largest difference that goes on a visible rounding line by itself.",
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
    placeholder_product_id = fields.Many2one(
        "product.product",
        default=lambda self: self.env.ref("channel_base.product_placeholder"),
        check_company=True,
    )

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
        default=True,
        help="The marketplace tells the customer that goods are on the way.",
    )

    # --- retention --------------------------------------------------------------------
    event_days = fields.Integer(string="Keep Webhook Bodies (days)", default=30)
    log_days = fields.Integer(string="Keep Sync Log (days)", default=30)
    ledger_days = fields.Integer(
        string="Keep Stock Ledger (days)",
        default=365,
        help="The latest entry of each quantity is always kept.",
    )

    location_ids = fields.One2many("channel.location", "channel_id")
    issue_ids = fields.One2many("channel.issue", "channel_id")
    secret_names = fields.Char(
        string="Stored Credentials",
        compute="_compute_secret_names",
        groups="channel_base.group_manager",
        help="Their values are encrypted and never shown.",
    )

    capability_names = fields.Char(
        compute="_compute_capability_names",
        help="What the marketplace offers: decides which buttons there are.",
    )

    # --- how it is doing --------------------------------------------------------------
    open_issue_count = fields.Integer(string="Open Issues", compute="_compute_overview")
    order_count = fields.Integer(string="Orders", compute="_compute_overview")
    attention_count = fields.Integer(
        string="Orders That Need a Person", compute="_compute_overview"
    )
    listing_count = fields.Integer(string="Listings", compute="_compute_overview")
    unmatched_count = fields.Integer(
        string="Listings Without Product", compute="_compute_overview"
    )
    unconfirmed_count = fields.Integer(
        string="Shipments to Confirm", compute="_compute_overview"
    )
    waiting_event_count = fields.Integer(
        string="Events to Fetch", compute="_compute_overview"
    )
    polled_at = fields.Datetime(string="Last Polled", compute="_compute_overview")
    exposed_since = fields.Datetime(
        string="Oldest Unconfirmed Decrease",
        compute="_compute_overview",
        help="Since then the channel may sell units that are gone.",
    )

    # Two channels of one account would bring in each of its orders twice.
    _account_unique = models.UniqueIndex(
        "(provider, account) WHERE active AND run_state <> 'draft' AND account <> ''",
        "This account is connected already, by another channel. Archive one of them.",
    )
    # More than there is must never be shown.
    _stock_rule_check = models.Constraint(
        "CHECK(stock_share BETWEEN 0 AND 100 AND stock_buffer >= 0 AND stock_cap >= 0)",
        "Share is 0 to 100 %; safety stock and cap are not negative.",
    )
    _stock_run_check = models.Constraint(
        "CHECK(stock_fuse BETWEEN 0 AND 100 AND increase_wait >= 0)",
        "The fuse is 0 to 100 %; the wait for decreases is not negative.",
    )
    _order_limit_check = models.Constraint(
        "CHECK(max_order_lines >= 0 AND rounding_limit >= 0)",
        "The maximum of lines and the rounding limit are not negative.",
    )
    _retention_check = models.Constraint(
        "CHECK(event_days > 0 AND log_days > 0 AND ledger_days > 0)",
        "Webhook bodies, sync log and stock ledger are kept for a day at least.",
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

    def _compute_overview(self):
        saved = self.filtered("id")
        values = self.env["channel.overview"]._read(saved)
        for channel in self:
            channel.update(values.get(channel) or dict.fromkeys(OVERVIEW, False))

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

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for channel in self:
            company = channel.company_id
            if channel.warehouse_id.company_id != company:
                channel.warehouse_id = self.env["stock.warehouse"].search(
                    [("company_id", "=", company.id)], limit=1
                )

    def _blocked_ids(self):
        self.env["channel.issue"].flush_model(["state", "blocking"])
        self.env.cr.execute(
            "SELECT channel_id FROM channel_issue WHERE state = 'open' AND blocking"
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def _compute_secret_names(self):
        # nobody may read that table; that a credential is there may be seen
        secrets = (
            self.env["channel.secret"].sudo().search([("channel_id", "in", self.ids)])
        )
        for channel in self:
            names = secrets.filtered(
                lambda s, c=channel: s.channel_id.id == c.id
            ).mapped("name")
            channel.secret_names = ", ".join(sorted(names))

    def _compute_secret_fields(self):
        for name in self._secret_fields():
            self[name] = False

    def _inverse_secret_fields(self):
        for channel in self:
            for field, name in self._secret_fields().items():
                if channel[field]:
                    channel._set_secret(name, channel[field])
        # what was typed must not be read back, not even by this request
        self.invalidate_recordset(list(self._secret_fields()), flush=False)

    def _secret_fields(self):
        """Form fields of credentials, for marketplace addons to extend.

        They are declared with ``compute="_compute_secret_fields"``,
        ``inverse="_inverse_secret_fields"`` and the managers' group.

        :return: dict field name -> name of the stored secret.
        """
        return {}

    # --- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        channels._let_worker_in()
        return channels

    def write(self, vals):
        showing = self.filtered(lambda channel: channel.stock_flow == "on")
        result = super().write(vals)
        if {"company_id", "user_id"} & vals.keys():
            self._let_worker_in()
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
        if vals.get("shipment_flow", "off") != "off":
            self.env["channel.shipment"]._note_untold(self)
        if FLOWS & vals.keys():
            for channel in self & self._operating():
                self.env["channel.sweeper"]._wake_channel(channel)
        return result

    def _forget_watermark(self):
        """Orders that are older than what has been read may be wanted from now on."""
        # cursors are written by jobs; this one thing of them is decided by a person
        self.env["channel.cursor"].sudo().search(
            [("channel_id", "in", self.ids), ("stream", "=", "orders")]
        ).write({"watermark": False, "position": False})

    def _let_worker_in(self):
        """The service user works in each channel's company."""
        for channel in self:
            # whoever may set up a channel need not be an administrator of users
            channel.user_id.sudo().company_ids |= channel.company_id

    # --- the adapter ------------------------------------------------------------------

    def _adapter_class(self):
        """The adapter of this channel's provider; one guard per marketplace addon."""
        raise ConfigError(
            self.env._("No addon serves the marketplace %r.", self.provider),
            code="provider",
        )

    def _adapter(self, direction="in"):
        """Build the adapter of this channel.

        :param direction: ``in`` for calls that read, ``out`` for calls that write: said
            in the sync log.
        :raises ConfigError: in a copy of the live database, or without a usable key
            file.
        """
        self.ensure_one()
        self.env["channel.identity"]._check()
        settings = self._adapter_settings()
        return self._adapter_class()(
            settings,
            Transport(),
            lambda: datetime.now(UTC),
            TableRateLimiter(self),
            TableTokenStore(self),
            TableTracer(self, direction, settings.secrets.values()),
        )

    def _at_the_door(self, channel_id):
        """The active channel of this id, with no more of it read than webhooks need."""
        domain = [("id", "=", channel_id)]
        return self.search_fetch(domain, self._door_fields(), limit=1)

    def _door_fields(self):
        """What webhooks need of a channel; marketplace addons add their settings."""
        return [
            "provider",
            "account",
            "base_url",
            "api_version",
            "currency_mode",
            "company_id",
            "run_state",
        ]

    def _adapter_settings(self):
        """What the adapter is told; marketplace addons add their own options."""
        # the API base URL is for administrators' eyes only, and every job needs it
        channel = self.sudo()
        return Settings(
            account=channel.account or "",
            base_url=channel.base_url or "",
            api_version=channel.api_version or "",
            options={"currency_mode": channel.currency_mode},
            secrets=self.env["channel.secret"]._all(channel),
        )

    def _capabilities(self):
        """What the marketplace offers, a frozenset of ``Capability``."""
        return self._adapter_class().capabilities

    def _secret(self, name):
        """One credential, empty when it is not stored."""
        return self.env["channel.secret"]._all(self).get(name, "")

    def _set_secret(self, name, value):
        """Store a credential encrypted; an empty value removes it.

        :raises UserError: without a usable key file.
        """
        self.ensure_one()
        try:
            self.env["channel.identity"]._establish()
            self.env["channel.secret"]._set(self, name, value)
        except KeyFileError as error:
            raise UserError(error.message) from error

    # --- working ----------------------------------------------------------------------

    def _as_worker(self):
        """This channel as its service user, in its company."""
        self.ensure_one()
        return self.with_user(self.user_id).with_company(self.company_id)

    def _is_operating(self, flow=None):
        """Whether jobs may work for this channel now.

        :param flow: ``order``, ``stock`` or ``shipment``; a flow that is off does not
            work, one in shadow does.
        """
        return bool(self & self._operating(flow))

    def _operating(self, flow=None):
        """All channels that jobs may work for now: connected, in the live database,
        without an open blocking issue, and with the flow not switched off."""
        if not self.env["channel.identity"]._is_live():
            return self.browse()
        self.flush_model(
            ["run_state", "active", "order_flow", "stock_flow", "shipment_flow"]
        )
        self.env["channel.issue"].flush_model(["state", "blocking"])
        flow_on = (
            SQL("%s <> 'off'", SQL.identifier(f"{flow}_flow")) if flow else SQL("TRUE")
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM channel_channel channel
                 WHERE run_state = 'connected' AND active AND %s
                   AND NOT EXISTS (SELECT FROM channel_issue issue
                                    WHERE issue.channel_id = channel.id
                                      AND issue.state = 'open' AND issue.blocking)
                 ORDER BY sequence, id
                """,
                flow_on,
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _sending(self, flow):
        """Those of all channels that may be written to now: in shadow none is."""
        operating = self._operating(flow)
        return operating.filtered(lambda channel: channel[f"{flow}_flow"] == "on")

    def _orders_read_until(self):
        """The moment up to which all changes of orders have been stored.

        :return: naive UTC, or False when the channel has never been polled.
        """
        self.ensure_one()
        cursor = self.env["channel.cursor"].search(
            [("channel_id", "=", self.id), ("stream", "=", "orders")]
        )
        waiting = self.env["channel.event"].search(
            [
                ("channel_id", "=", self.id),
                ("state", "=", "new"),
                ("resource", "=", Resource.ORDER.value),
            ],
            order="received_at",
            limit=1,
        )
        if not cursor.watermark or not waiting:
            return cursor.watermark
        return min(cursor.watermark, waiting.occurred_at or waiting.received_at)

    def _is_quiet(self):
        """Whether nothing is left to be done for these channels, now or later."""
        return self.env["channel.quiet"]._is_quiet(self)

    def _wait_until_quiet(self, timeout=300):
        """Wait for jobs to finish all work, looking with fresh transactions.

        :param timeout: seconds. :raises TimeoutError: with what is left.
        """
        return self.env["channel.quiet"]._wait(self, timeout)

    def _rotate_key(self):
        """Encrypt everything again with the newest key of the key file."""
        return self.env["channel.rotation"]._run()

    def _call_errors(self, subject="connection"):
        """Context manager for all that calls the channel, see ``call_errors``."""
        return call_errors(self, subject)

    # --- what people do ---------------------------------------------------------------

    def action_connect(self):
        """Prove the credentials, set up places and webhooks, and start working."""
        for channel in self:
            self.env["channel.connect"]._run(channel)

    def action_pause(self):
        """Stop working; webhooks are still taken in."""
        self.filtered(lambda c: c.run_state == "connected").run_state = "paused"

    def action_resume(self):
        """Go on with everything that waited."""
        if not self.env["channel.identity"]._is_live():
            raise UserError(self.env["channel.identity"]._mismatch())
        for channel in self.filtered(lambda c: c.run_state == "paused"):
            channel.run_state = "connected"
            self.env["channel.sweeper"]._wake_channel(channel)

    def action_adopt_database(self):
        """Make this database the live one; its channels are paused, to be looked at."""
        self.check_access("write")
        self.env["channel.identity"]._adopt()

    def action_import_orders(self):
        """Ask for changed orders now."""
        for channel in self:
            channel._require_operating("order")
            self.env["channel.wakeup"]._after_commit(channel, "_job_poll")

    def action_import_catalogue(self):
        """Read the whole catalogue now."""
        for channel in self:
            channel._require_operating()
            self.env["channel.wakeup"]._after_commit(channel, "_job_import_catalogue")

    def action_push_stock(self):
        """Compute all quantities again now, and send those that differ."""
        for channel in self:
            channel._require_operating("stock")
        self.env["channel.intent"]._note_channels(self)

    def action_check_connection(self):
        """Look now for rights, places and webhooks that got lost."""
        for channel in self:
            channel._require_operating()
            self.env["channel.wakeup"]._after_commit(channel, "_job_check_connection")

    def action_check_drift(self):
        """Compare all quantities with the channel now."""
        for channel in self:
            channel._require_operating("stock")
            self.env["channel.wakeup"]._after_commit(channel, "_job_check_drift")

    def action_count_stock(self):
        """Take the channel's quantities over as counted stock: opening stock."""
        for channel in self:
            channel._require_operating("stock")
        self.env["channel.intent"]._note_channels(self, "count")

    def _fetch_orders(self, external_ids):
        """Read some orders now, whether they changed or not.

        :param external_ids: as the marketplace names them.
        """
        self._require_operating("order")
        self.env["channel.event"]._ask(self, external_ids)

    def _require_operating(self, flow=None):
        if not self._is_operating(flow):
            raise UserError(
                self.env._(
                    "%s does not work at the moment: connect or resume it, resolve its"
                    " blocking issues, or switch the flow on.",
                    self.name,
                )
            )

    def _resume_issues(self, issues):
        """Go on after a blocking issue."""
        for channel in issues.channel_id:
            self.env["channel.sweeper"]._wake_channel(channel)

    def action_open_orders(self):
        return self._open("channel_base.channel_order_action")

    def action_open_listings(self):
        return self._open("channel_base.channel_listing_action")

    def action_open_issues(self):
        return self._open("channel_base.channel_issue_action", search_default_open=1)

    def action_open_shipments(self):
        return self._open("channel_base.channel_shipment_action")

    def _open(self, action, **context):
        """A screen of the hub, with what belongs to this channel."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(action),
            "context": {**context, "search_default_channel_id": self.id},
        }

    # --- crons ------------------------------------------------------------------------

    def _cron_poll(self):
        """Have each channel asked for changed orders."""
        channels = self._operating("order")
        self.env["channel.wakeup"]._now_many((c, "_job_poll") for c in channels)

    def _cron_daily(self):
        """Have each channel's connection and quantities checked."""
        pairs = [(channel, "_job_check_connection") for channel in self._operating()]
        pairs += [
            (channel, "_job_check_drift")
            for channel in self._operating("stock")
            if Capability.STOCK_READ in channel._capabilities()
        ]
        self.env["channel.wakeup"]._now_many(pairs)

    # --- jobs -------------------------------------------------------------------------

    def _job_check_connection(self):
        """Check rights, places and webhooks"""
        return self.env["channel.connect"]._run_check(self)

    def _job_fetch(self):
        """Read what the inbox rings the bell for"""
        return self.env["channel.fetch"]._run(self)

    def _job_poll(self):
        """Ask for orders that changed"""
        return self.env["channel.poll"]._run(self)

    def _job_import_catalogue(self):
        """Read the catalogue"""
        return self.env["channel.catalogue.import"]._run(self)

    def _job_check_drift(self):
        """Compare quantities with the channel"""
        return self.env["channel.stock.drift"]._run(self)
