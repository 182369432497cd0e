from odoo import fields, models
from odoo.exceptions import UserError

from ..services.roles import as_workers, role
from .channel_issue_report import LINKS


class ChannelIssue(models.Model):
    """What a person must fix, with the action that fixes it and resumes the work."""

    _name = "channel.issue"
    _description = "Channel Issue"
    _inherit = ["channel.row", "channel.issue.report"]
    _order = "state, blocking desc, id desc"
    _rec_name = "message"

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
    kind = fields.Selection(
        [
            # orders
            ("unmapped_sku", "Unknown SKU"),
            ("unmapped_tax", "Unknown tax"),
            ("unmapped_gateway", "Unknown payment gateway"),
            ("unmapped_terms", "Unknown payment terms"),
            ("total_mismatch", "Totals differ"),
            ("missing_rate", "Currency rate missing"),
            ("hold", "Order held"),
            ("cancel_request", "Buyer wants to cancel"),
            ("order_too_large", "Order too large"),
            ("order_failed", "Order cannot be imported"),
            ("accounting_failed", "Invoice or payment cannot be posted"),
            ("refund_unsupported", "Refund to enter by hand"),
            ("refund_rejected", "Refund refused by the channel"),
            ("edit_unsupported", "Change to enter by hand"),
            ("change_waiting", "Change to approve"),
            ("cancel_failed", "Cancellation to enter by hand"),
            ("unpaid", "Payment voided or expired"),
            ("tax_number", "Tax number refused"),
            ("conflict", "Changed on both sides"),
            ("oversell", "Sold more than there is"),
            # catalogue and stock
            ("unmapped_listing", "Listing without product"),
            ("push_rejected", "Refused by the channel"),
            ("drift", "Quantity differs at the channel"),
            ("uncounted", "Shown there, not counted here"),
            ("fuse", "Unusual run of quantities"),
            ("location_unmapped", "Place without stock location"),
            # prices
            ("price_rejected", "Price refused by the channel"),
            ("price_fuse", "Unusual prices"),
            ("price_list", "Prices cannot be computed"),
            # shipments
            ("shipment_failed", "Shipment cannot be prepared"),
            ("shipment_rejected", "Shipment refused by the channel"),
            ("carrier_unmapped", "Carrier without name there"),
            # transfers that others ship
            ("shipping_blocked", "Transfer cannot be sent to the provider"),
            ("shipping_refused", "Not shipped by the provider"),
            ("shipping_hold", "Stuck at the provider"),
            ("shipping_cancel", "Shipped although cancelled"),
            ("shipping_report", "Shipment cannot be booked"),
            ("building_stock", "Stock of a building differs"),
            ("building_unknown", "Unknown goods in a building"),
            # returns
            ("return_decision", "Return to decide"),
            ("return_unmatched", "Return of an unknown order"),
            ("return_transfer", "Return to receive by hand"),
            ("return_rejected", "Return refused by the channel"),
            ("return_failed", "Return cannot be processed"),
            # products
            ("content_invalid", "Product cannot be published"),
            ("content_rejected", "Product refused by the channel"),
            ("content_drift", "Product changed at the channel"),
            ("content_left", "Archived variant still for sale"),
            # connection
            ("config", "Settings or rights missing"),
            ("auth", "Credentials refused"),
            ("identity", "Not the live database"),
            ("protocol", "Answer not understood"),
            ("customer_failed", "Customer cannot be taken over"),
            ("event_failed", "Event cannot be processed"),
            ("reconcile", "Differs from the channel"),
        ],
        required=True,
        readonly=True,
    )
    subject = fields.Char(
        required=True, readonly=True, help="What it is about, unique among open issues."
    )
    message = fields.Char(required=True, readonly=True)
    detail = fields.Text(readonly=True)
    blocking = fields.Boolean(readonly=True, help="Stops the whole channel.")
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved"), ("dismissed", "Dismissed")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    count = fields.Integer(default=1, readonly=True, help="How often it was met.")
    seen_at = fields.Datetime(required=True, readonly=True)
    deadline = fields.Datetime(readonly=True)
    resolved_at = fields.Datetime(readonly=True)
    resolved_by_id = fields.Many2one("res.users", readonly=True)
    order_id = fields.Many2one(
        "channel.order", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    channel_return_id = fields.Many2one(
        "channel.return", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    listing_id = fields.Many2one(
        "channel.listing", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    mapping_id = fields.Many2one("channel.mapping", readonly=True, ondelete="cascade")
    location_id = fields.Many2one("channel.location", readonly=True, ondelete="cascade")
    event_id = fields.Many2one("channel.event", readonly=True, ondelete="cascade")
    picking_id = fields.Many2one("stock.picking", readonly=True, ondelete="cascade")
    # to choose the product where one reads that it is missing
    listing_product_id = fields.Many2one(
        related="listing_id.product_id", readonly=False, string="Product of the Listing"
    )
    suggested_product_ids = fields.Many2many(related="listing_id.suggested_product_ids")

    _open_unique = models.UniqueIndex(
        "(channel_id, kind, subject) WHERE state = 'open'",
        "This is an open issue already.",
    )
    _subject_index = models.Index("(channel_id, kind, subject)")

    # --- what people do ---------------------------------------------------------------

    @role("operator")
    def action_resolve(self):
        """A person says it is fixed: the work that waited goes on."""
        opened = self.filtered(lambda issue: issue.state == "open")
        if opened.filtered(lambda issue: issue.kind == "identity"):
            raise UserError(
                self.env._(
                    "This cannot be marked as resolved. If this database is to be the"
                    " live one, a manager adopts it from the channel's form."
                )
            )
        opened._end("resolved")
        for issues in as_workers(opened):
            issues._resume()

    @role("operator")
    def action_dismiss(self):
        """A person says it does not matter: nothing is resumed."""
        if self.filtered("blocking"):
            raise UserError(
                self.env._(
                    "The channel stands still because of this. Fix the cause, then mark"
                    " it as resolved."
                )
            )
        if self.filtered(lambda issue: issue.kind == "fuse"):
            raise UserError(
                self.env._(
                    "No quantity is sent before somebody decides. Correct the stock"
                    " here, and the issue closes by itself; if the quantities are"
                    " right, mark it as resolved."
                )
            )
        if self.filtered(lambda issue: issue.kind == "price_fuse"):
            raise UserError(
                self.env._(
                    "These prices wait until somebody decides. Correct them here, and"
                    " the issue closes by itself; if they are right, mark it as"
                    " resolved."
                )
            )
        if self.filtered(lambda issue: issue.kind == "change_waiting"):
            raise UserError(
                self.env._(
                    "The documents wait for a decision. Mark this as resolved to"
                    " approve the change, or dismiss the change itself."
                )
            )
        self.filtered(lambda issue: issue.state == "open")._end("dismissed")

    @role("user")
    def action_open_subject(self):
        """Open the record that the issue is about."""
        self.ensure_one()
        records = (self[f"{link}_id"] for link in LINKS)
        record = next((found for found in records if found), self.channel_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    @role("user")
    def action_return_goods(self):
        """Propose the return of what has left with the issue's transfer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.act_stock_return_picking"
        )
        picking = self.picking_id
        return action | {
            "context": {
                "active_model": picking._name,
                "active_id": picking.id,
                "active_ids": picking.ids,
            }
        }

    @role("user")
    def action_open_change(self):
        """Show the change that waits for a decision."""
        self.ensure_one()
        change = self.order_id.open_change_id
        return (change or self.order_id)._get_records_action()

    @role("operator")
    def action_accept_cancel(self):
        """Cancel what the buyer wants cancelled, as far as it has not left."""
        for issues in as_workers(self._cancel_requests()):
            wish = issues.env["channel.order.cancel.wish"]
            wish._accept(issues.order_id)

    @role("operator")
    def action_decline_cancel(self):
        """Ship what the buyer wants cancelled."""
        for issues in as_workers(self._cancel_requests()):
            issues.env["channel.order.cancel.wish"]._decline(issues)

    def _cancel_requests(self):
        return self.filtered(
            lambda issue: issue.kind == "cancel_request" and issue.state == "open"
        )

    @role("operator")
    def action_create_product(self):
        """Make the product that the issue's listing lacks."""
        self.listing_id.action_create_product()

    def _end(self, state):
        ended = {
            "state": state,
            "resolved_at": fields.Datetime.now(),
            "resolved_by_id": self.env.uid,
        }
        for issues in as_workers(self):
            issues.write(ended)
        edited = self.filtered(lambda issue: issue.kind == "edit_unsupported").order_id
        # whoever resolves issues need not be allowed to write lines of orders
        edited.sudo()._note_entered()

    def _resume(self):
        models_by_kind = self._resume_models()
        for kind, issues in self.grouped("kind").items():
            if kind in models_by_kind:
                self.env[models_by_kind[kind]]._resume_issues(issues)
        self.env["channel.order.resume"]._read_again(self)

    def _resume_models(self):
        """Which model goes on with the work when issues of a kind are resolved.

        :return: dict kind -> name of a model with a method ``_resume_issues(issues)``.
        """
        orders = (
            "unmapped_sku",
            "unmapped_tax",
            "unmapped_gateway",
            "total_mismatch",
            "missing_rate",
            "hold",
            "cancel_request",
            "order_too_large",
            "order_failed",
            "accounting_failed",
        )
        levels = ("push_rejected", "drift", "fuse", "location_unmapped", "uncounted")
        prices = ("price_rejected", "price_fuse", "price_list")
        shipments = ("shipment_failed", "shipment_rejected", "carrier_unmapped")
        returns = (
            "return_decision",
            "return_unmatched",
            "return_transfer",
            "return_rejected",
            "return_failed",
        )
        return {
            **dict.fromkeys(orders, "channel.order"),
            **dict.fromkeys(levels, "channel.listing.level"),
            **dict.fromkeys(shipments, "channel.shipment"),
            **dict.fromkeys(prices, "channel.listing.price"),
            **dict.fromkeys(
                ("shipping_blocked", "shipping_refused", "shipping_report"),
                "channel.shipping.order",
            ),
            "building_stock": "channel.building.stock",
            "change_waiting": "channel.order.change",
            **dict.fromkeys(returns, "channel.return"),
            **dict.fromkeys(
                ("content_invalid", "content_rejected", "content_drift"),
                "channel.product",
            ),
            "unmapped_listing": "channel.listing",
            "refund_rejected": "channel.refund",
            "event_failed": "channel.event",
            "reconcile": "channel.reconciliation",
            "customer_failed": "channel.customer",
            "auth": "channel.channel",
            "config": "channel.channel",
            "protocol": "channel.channel",
        }
