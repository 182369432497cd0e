from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services.roles import as_workers, role

# Nothing of it has left this database.
UNSENT = ("queued", "blocked")
# The provider may be working on it.
LIVE = ("sent", "accepted", "on_hold", "exception", "part_shipped")
AFTER = ("keep", "replan", "cancel")  # the later one is the stronger wish


class ChannelShippingOrder(models.Model):
    """What a provider was asked to ship: one per transfer that was sent to it.

    It stays when its transfer is cancelled: its reference is never used again.
    ``report`` is the last state fetched, canonical JSON. Only jobs write these rows.
    """

    _name = "channel.shipping.order"
    _description = "Shipping Order"
    _order = "id desc"
    _rec_name = "reference"
    _rec_names_search = ["reference", "external_id"]

    channel_id = fields.Many2one(
        "channel.channel", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    location_id = fields.Many2one(
        "channel.location",
        string="Place",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="The transfer that was sent; what was left of it became another one.",
    )
    picking_ids = fields.One2many(
        "stock.picking", "shipping_order_id", string="All Transfers", readonly=True
    )
    reference = fields.Char(required=True, readonly=True)
    external_id = fields.Char(string="Id There", readonly=True)
    service = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("queued", "To send"),
            ("blocked", "Cannot be sent"),
            ("sent", "Being sent"),
            ("accepted", "Accepted"),
            ("on_hold", "On hold there"),
            ("exception", "Stuck there"),
            ("part_shipped", "Partly shipped"),
            ("shipped", "Shipped"),
            ("closed_short", "Closed short"),
            ("cancelled", "Cancelled"),
            ("refused", "Refused"),
        ],
        default="queued",
        required=True,
        readonly=True,
        index=True,
    )
    cancel_state = fields.Selection(
        [
            ("wanted", "To ask for"),
            ("asked", "Asked for"),
            ("unsure", "Not answered clearly"),
            ("refused", "Refused"),
            ("accepted", "Accepted"),
        ],
        string="Cancellation",
        readonly=True,
        help="Until the provider has accepted it, the goods count as leaving.",
    )
    after_cancel = fields.Selection(
        [
            ("keep", "A person decides on the transfer"),
            ("replan", "What is still wanted is sent anew"),
            ("cancel", "The transfer is cancelled"),
        ],
        readonly=True,
    )
    reason = fields.Char(readonly=True, help="What the provider says of its state.")
    sent_at = fields.Datetime(readonly=True)
    reported_at = fields.Datetime(readonly=True)
    report = fields.Text(readonly=True, prefetch=False)
    to_apply = fields.Boolean(readonly=True, help="A job has yet to look at it.")
    line_ids = fields.One2many(
        "channel.shipping.order.line", "shipping_order_id", readonly=True
    )
    shipment_ids = fields.One2many(
        "channel.shipping.shipment", "shipping_order_id", readonly=True
    )

    _reference_unique = models.Constraint(
        "UNIQUE(channel_id, reference)",
        "A reference names one shipping order for ever.",
    )
    _picking_live_unique = models.UniqueIndex(
        "(picking_id) WHERE state NOT IN ('cancelled', 'refused', 'closed_short')",
        "A transfer is sent to one provider at a time.",
    )
    _work_index = models.Index(
        "(channel_id, id) WHERE to_apply OR state = 'queued' OR cancel_state = 'wanted'"
    )

    # --- what people do ---------------------------------------------------------------

    @role("operator")
    def action_cancel(self):
        """Ask the provider not to ship what has not left."""
        for orders in as_workers(self):
            orders._want_cancel()

    @role("operator")
    def action_send_again(self):
        """Send the rest of a transfer that the provider has given up, as a new
        order."""
        if self.filtered(lambda order: order._is_live()):
            raise UserError(
                self.env._("The provider still works on it: ask to cancel it first.")
            )
        for orders in as_workers(self):
            orders._release()

    @role("user")
    def action_open_transfers(self):
        return (self.picking_ids | self.picking_id)._get_records_action(
            name=self.env._("Transfers")
        )

    # --- state ------------------------------------------------------------------------

    def _is_live(self):
        return self.state in (*UNSENT, *LIVE)

    def _live(self):
        return self.filtered(lambda order: order._is_live())

    def _open_picking(self):
        """The transfer whose goods are still to leave, empty when there is none."""
        return self.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))

    def _want_cancel(self, after="keep"):
        """Have the provider asked to cancel; what was never sent is just dropped.

        :param after: what becomes of the transfer then, see ``after_cancel``.
        """
        for order in self.filtered(lambda order: order._is_live()):
            later = max(after, order.after_cancel or "keep", key=AFTER.index)
            order.after_cancel = later
            if order.state in UNSENT:
                order._drop(later)
            elif not order.cancel_state:
                order.cancel_state = "wanted"
                order._tell_asked()
        self._wake()

    def _drop(self, after):
        self.state = "cancelled"
        self.env["channel.shipping.trouble"]._settle(self, ("shipping_blocked",))
        open_ones = self._open_picking()
        open_ones.printed = False
        if after != "keep":
            open_ones.shipping_order_id = False

    def _tell_asked(self):
        for picking in self._open_picking():
            picking.message_post(
                body=self.env._(
                    "%(provider)s has been asked to cancel %(reference)s. Until it"
                    " agrees, the goods count as leaving.",
                    provider=self.channel_id.name,
                    reference=self.reference,
                )
            )

    def _release(self):
        """Have transfers that a provider gave up collected again."""
        for order in self:
            open_ones = order.picking_id | order.picking_ids
            open_ones = open_ones.filtered(lambda p: p.state not in ("done", "cancel"))
            open_ones.shipping_order_id = False
            self.env["channel.shipping.trouble"]._settle(order, ("shipping_refused",))
        self._wake()

    # --- jobs -------------------------------------------------------------------------

    def _resume_issues(self, issues):
        """Go on with what these issues held back."""
        pickings = issues.picking_id
        by_kind = issues.grouped("kind")
        orders = self.search(
            [
                ("channel_id", "in", issues.channel_id.ids),
                "|",
                ("picking_id", "in", pickings.ids),
                ("picking_ids", "in", pickings.ids),
            ]
        )
        blocked = orders.filtered(lambda order: order.state == "blocked")
        blocked.write({"state": "queued"})
        if "shipping_refused" in by_kind:
            refused = by_kind["shipping_refused"].picking_id
            orders.filtered(
                lambda order: not order._is_live()
                and (order.picking_id | order.picking_ids) & refused
            )._release()
        if "shipping_report" in by_kind:
            orders.shipment_ids.filtered("failed").write({"failed": False})
            orders.write({"to_apply": True})
        self._wake()

    def _wake(self):
        self.env["channel.wakeup"]._after_commit(self.browse(), "_job_work")

    @api.model
    def _job_work(self):
        """Send transfers to providers, and book what they report"""
        return self.env["channel.shipping.work"]._run()


class ChannelShippingOrderLine(models.Model):
    """Units of one product that a provider was asked to ship."""

    _name = "channel.shipping.order.line"
    _description = "Shipping Order Line"
    _rec_name = "product_id"

    shipping_order_id = fields.Many2one(
        "channel.shipping.order", required=True, readonly=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(related="shipping_order_id.channel_id", store=True)
    company_id = fields.Many2one(related="shipping_order_id.company_id", store=True)
    key = fields.Char(required=True, readonly=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    listing_id = fields.Many2one(
        "channel.listing", readonly=True, ondelete="set null", index="btree_not_null"
    )
    sku = fields.Char(string="SKU There", readonly=True)
    quantity = fields.Integer(required=True, readonly=True)
    shipped = fields.Integer(readonly=True)

    _order_key_unique = models.Constraint(
        "UNIQUE(shipping_order_id, key)", "A shipping order has each line once."
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "A line of a shipping order has units."
    )
