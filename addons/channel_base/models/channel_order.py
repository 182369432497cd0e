from odoo import api, fields, models

from ..services.roles import as_workers, role


class ChannelOrder(models.Model):
    """One external order: its snapshots, where it stands, and its documents.

    ``snapshot`` is the last state fetched, ``applied_snapshot`` the one that the
    documents were made from, both canonical JSON.
    """

    _name = "channel.order"
    _description = "Channel Order"
    _order = "ordered_at desc, id desc"
    _rec_names_search = ["name", "external_id"]

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [
            ("new", "To import"),
            ("pending", "Not payable yet"),
            ("held", "Held"),
            ("blocked", "Blocked"),
            ("imported", "Imported"),
            ("shadow", "Tried in shadow"),
            ("ignored", "Ignored"),
            ("cancelled", "Cancelled"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    accounting_state = fields.Selection(
        [
            ("waiting", "Nothing to do yet"),
            ("ready", "To invoice or to pay"),
            ("blocked", "Blocked"),
            ("done", "Done"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    ordered_at = fields.Datetime(readonly=True)
    placed_at = fields.Datetime(
        required=True,
        readonly=True,
        help="When the channel took its units off, whatever its date.",
    )
    revised_at = fields.Datetime(
        readonly=True, help="When the last fetched state was made at the channel."
    )
    fetched_at = fields.Datetime(readonly=True)
    confirmed_at = fields.Datetime(
        readonly=True, help="From here on the sale order holds the stock."
    )
    invoiced_at = fields.Datetime(readonly=True)
    paid_at = fields.Datetime(readonly=True)
    shipped_at = fields.Datetime(readonly=True)
    cancelled_at = fields.Datetime(readonly=True)
    released_at = fields.Datetime(
        readonly=True, help="When a person released the order from its hold."
    )
    redacted_at = fields.Datetime(
        readonly=True, help="When the order forgot whose it was."
    )
    payment_state = fields.Char(readonly=True)
    fulfilment_state = fields.Char(readonly=True)
    to_apply = fields.Boolean(
        readonly=True,
        help="A later state was fetched that the documents do not show yet.",
    )
    shadow_result = fields.Text(readonly=True, help="What came of the trial in shadow.")
    source = fields.Char(readonly=True)
    source_name = fields.Char(readonly=True, help="Where the order was made.")
    stockless = fields.Boolean(
        readonly=True,
        help="Others hold and ship the goods: there are no transfers, and they do not"
        " count against stock.",
    )
    market_id = fields.Many2one(
        "channel.market",
        string="Marketplace",
        readonly=True,
        index="btree_not_null",
        help="Where it was placed, of an account that sells in several.",
    )
    ship_by = fields.Datetime(
        readonly=True, help="When it has to leave, as the channel has promised."
    )
    deliver_by = fields.Datetime(
        readonly=True, help="When it has to arrive, as the channel has promised."
    )
    original = fields.Char(
        readonly=True, help="The order at the channel that this one replaces."
    )
    tags = fields.Char(readonly=True)
    remarks = fields.Text(
        readonly=True, help="What whoever works on the order should know."
    )
    note = fields.Text(readonly=True, help="What the buyer wrote.")
    test = fields.Boolean(readonly=True)
    line_count = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    currency_rate = fields.Float(
        digits=False,
        readonly=True,
        help="Units of the order's currency for one of the company's, at the import.",
    )
    amount_total = fields.Monetary(readonly=True)
    snapshot = fields.Text(readonly=True, prefetch=False)
    applied_snapshot = fields.Text(readonly=True, prefetch=False)
    line_ids = fields.One2many("channel.order.line", "order_id", readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    issue_ids = fields.One2many("channel.issue", "order_id")
    change_ids = fields.One2many("channel.order.change", "order_id", readonly=True)
    change_count = fields.Integer(compute="_compute_change_count")
    open_change_id = fields.Many2one(
        "channel.order.change",
        compute="_compute_open_change_id",
        help="A change that waits for a person.",
    )
    return_ids = fields.One2many("channel.return", "order_id", readonly=True)
    return_count = fields.Integer(compute="_compute_return_count")
    shipment_ids = fields.One2many("channel.shipment", "order_id", readonly=True)
    trouble = fields.Text(
        compute="_compute_trouble", help="What a person must do, by its open issues."
    )
    transfer_count = fields.Integer(related="sale_order_id.delivery_count")
    invoice_count = fields.Integer(related="sale_order_id.invoice_count")
    story = fields.Text(
        compute="_compute_story",
        # it names documents that not every reader of orders may open
        compute_sudo=True,
        help="What happened with the order, here and there.",
    )

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each order once."
    )
    _to_import_index = models.Index("(id) WHERE state = 'new' OR to_apply")
    _to_account_index = models.Index("(id) WHERE accounting_state = 'ready'")

    @api.depends("issue_ids.state", "issue_ids.message")
    def _compute_trouble(self):
        for order in self:
            opened = order.issue_ids.filtered(lambda issue: issue.state == "open")
            order.trouble = "\n".join(opened.mapped("message"))

    @api.depends("change_ids")
    def _compute_change_count(self):
        for order in self:
            order.change_count = len(order.change_ids)

    @api.depends("change_ids.state")
    def _compute_open_change_id(self):
        for order in self:
            order.open_change_id = order.change_ids.filtered(
                lambda change: change.state in ("proposed", "approved")
            )[:1]

    @api.depends("return_ids")
    def _compute_return_count(self):
        for order in self:
            order.return_count = len(order.return_ids)

    def _compute_story(self):
        for order in self:
            order.story = self.env["channel.story"]._tell(order) if order.id else False

    def _store_reads(self, channel, reads):
        """Store what was read of some orders, see ``channel.order.store``."""
        return self.env["channel.order.store"]._store(channel, reads)

    def _resume_issues(self, issues):
        """Go on with the orders whose issues a person resolved."""
        return self.env["channel.order.resume"]._resume(issues)

    def _resume_listings(self, listings):
        """Go on with orders that waited for these listings' products."""
        return self.env["channel.order.resume"]._resume_listings(listings)

    def _holds_stock(self):
        """Do its units count against stock until a sale order holds them?"""
        self.ensure_one()
        return (
            self.state not in ("cancelled", "shadow", "ignored") and not self.stockless
        )

    def _note_policies(self, channels):
        """Other policies decide from now on which orders wait."""
        waiting = self.search(
            [("channel_id", "in", channels.ids), ("state", "in", ("pending", "held"))]
        )
        for orders in as_workers(waiting):
            orders.env["channel.order.resume"]._reconsider(orders)

    def _note_invoice_policy(self, channels):
        """By another policy, orders that wait may be invoiced now."""
        waiting = self.search(
            [
                ("channel_id", "in", channels.ids),
                ("state", "=", "imported"),
                ("accounting_state", "=", "waiting"),
            ]
        )
        for orders in as_workers(waiting):
            orders.accounting_state = "ready"
        if waiting:
            self.env["channel.wakeup"]._after_commit(self.browse(), "_job_account")

    def _note_entered(self):
        """A person has entered by hand what was changed at the channel: from now on the
        confirmed sale orders hold all of the stock."""
        lines = self.filtered("confirmed_at").line_ids.filtered("unimported")
        lines.unimported = False
        self.env["channel.order.demand"]._note(lines.product_id)

    def _note_shipped(self):
        """Goods have left: orders that are invoiced when shipped may go on."""
        self.env["channel.channel"].flush_model(["invoice_policy"])
        self.env.cr.execute(
            "SELECT FROM channel_channel WHERE invoice_policy = 'shipped' LIMIT 1"
        )
        if self.env.cr.rowcount:
            self.env["channel.wakeup"]._after_commit(self.browse(), "_job_account")

    # --- jobs -------------------------------------------------------------------------

    def _job_import(self):
        """Make sale orders of orders, and apply their later states"""
        return self.env["channel.order.import"]._run()

    def _job_account(self):
        """Invoice orders and book their payments"""
        return self.env["channel.order.account"]._run()

    # --- what people do ---------------------------------------------------------------

    @role("operator")
    def action_release(self):
        """Let held orders pass although the marketplace or a rule says to wait."""
        for orders in as_workers(self):
            orders.env["channel.order.resume"]._release(orders)

    @role("operator")
    def action_import_now(self):
        """Try blocked orders again, and import those that were tried in shadow."""
        for orders in as_workers(self):
            orders.env["channel.order.resume"]._retry(orders)

    @role("operator")
    def action_fetch(self):
        """Read the present state of these orders from their channels."""
        for channel, orders in self.grouped("channel_id").items():
            channel._fetch_orders(orders.mapped("external_id"))

    def _story(self):
        """What happened with this order, as text, one line an event."""
        return self.env["channel.story"]._tell(self)

    @role("user")
    def action_open_changes(self):
        self.ensure_one()
        return self.change_ids._get_records_action(name=self.env._("Changes"))

    @role("user")
    def action_open_sale_order(self):
        self.ensure_one()
        return self.sale_order_id._get_records_action()

    @role("user")
    def action_open_transfers(self):
        self.ensure_one()
        return self.sale_order_id.action_view_delivery()

    @role("user")
    def action_open_returns(self):
        self.ensure_one()
        return self.return_ids._get_records_action(name=self.env._("Returns"))

    @role("user")
    def action_open_invoices(self):
        self.ensure_one()
        return self.sale_order_id.action_view_invoice()

    @role("operator")
    def action_cancel(self):
        """Give up orders that have no sale order; their quantities count no more."""
        for orders in as_workers(self):
            orders.env["channel.order.resume"]._cancel(orders)
