from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapter.port import Capability
from ..services.return_store import OPEN
from ..services.roles import as_workers, role


class ChannelReturn(models.Model):
    """Goods that a buyer sends back, from his request to their end.

    ``snapshot`` is the last state fetched, canonical JSON. Only jobs write these rows;
    people decide by the buttons.
    """

    _name = "channel.return"
    _description = "Channel Return"
    _order = "requested_at desc, id desc"
    _rec_names_search = ["name", "external_id"]

    channel_id = fields.Many2one(
        "channel.channel",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    order_id = fields.Many2one(
        "channel.order",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: an order that is not here yet, or never was.",
    )
    external_order_id = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("requested", "To decide"),
            ("approved", "Approved"),
            ("receiving", "Goods awaited"),
            ("inspected", "Inspected"),
            ("done", "Done"),
            ("declined", "Declined"),
            ("cancelled", "Cancelled"),
        ],
        default="requested",
        required=True,
        readonly=True,
        index=True,
    )
    external_state = fields.Selection(
        [
            ("requested", "Requested"),
            ("open", "Open"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
            ("declined", "Declined"),
        ],
        string="State There",
        required=True,
        readonly=True,
    )
    resolution = fields.Selection(
        [
            ("refund", "Refund"),
            ("exchange", "Exchange"),
            ("replacement", "Replacement"),
            ("store_credit", "Store credit"),
            ("none", "Settled by the marketplace"),
        ],
        required=True,
        readonly=True,
        help="What the buyer wants for the goods.",
    )
    requested_at = fields.Datetime(required=True, readonly=True)
    revised_at = fields.Datetime(readonly=True)
    fetched_at = fields.Datetime(readonly=True)
    applied_at = fields.Datetime(readonly=True)
    answer_until = fields.Datetime(
        readonly=True, help="Later the marketplace decides without us."
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    fee = fields.Monetary(
        string="Fee Kept",
        readonly=True,
        help="What is kept of the money, for restocking and for the way back.",
    )
    closed_at = fields.Datetime(readonly=True)
    tracking = fields.Char(readonly=True, help="Of the parcels that bring the goods.")
    # --- decision
    decision = fields.Selection(
        [("approve", "Approved"), ("decline", "Declined")], readonly=True
    )
    decided_by = fields.Selection(
        [("rule", "A rule"), ("person", "A person"), ("channel", "The channel")],
        readonly=True,
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Decided By User", readonly=True
    )
    decided_at = fields.Datetime(readonly=True)
    rule_id = fields.Many2one("channel.return.rule", readonly=True, ondelete="set null")
    rule_text = fields.Char(
        string="Rule Applied",
        readonly=True,
        help="What the rule found, and what it said.",
    )
    decline_reason = fields.Selection(
        [
            ("final_sale", "Final sale"),
            ("period_ended", "Return period has ended"),
            ("other", "Another reason"),
        ],
        readonly=True,
    )
    decline_note = fields.Char(readonly=True)
    # --- work
    to_apply = fields.Boolean(
        default=True, readonly=True, help="A job has yet to look at it."
    )
    unmade = fields.Boolean(
        readonly=True, help="Units are to come that no transfer brings yet."
    )
    transfer_cancelled = fields.Boolean(
        readonly=True, help="A person cancelled its transfer: none is made by itself."
    )
    exchange_agreed = fields.Boolean(
        readonly=True, help="The buyer is to get what he wants instead."
    )
    exchange_open = fields.Boolean(compute="_compute_exchange_open")
    finished = fields.Boolean(readonly=True, help="A person says that all is settled.")
    reopened = fields.Boolean(
        readonly=True, help="Opened again at the channel: it is not closed from here."
    )
    push_state = fields.Selection(
        [
            ("open", "To tell"),
            ("sent", "Being told"),
            ("rejected", "Refused"),
        ],
        string="Telling the Channel",
        readonly=True,
        help="Empty: the channel knows all that it takes.",
    )
    push_verb = fields.Char(readonly=True)
    snapshot = fields.Text(readonly=True, prefetch=False)
    line_ids = fields.One2many("channel.return.line", "return_id", readonly=True)
    exchange_ids = fields.One2many(
        "channel.return.exchange", "return_id", readonly=True
    )
    inspection_ids = fields.One2many(
        "channel.return.inspection", "return_id", readonly=True
    )
    issue_ids = fields.One2many("channel.issue", "channel_return_id")
    credit_ids = fields.One2many("account.move", "channel_return_id", readonly=True)
    trouble = fields.Text(
        compute="_compute_trouble", help="What a person must do, by its open issues."
    )
    sale_order_id = fields.Many2one(related="order_id.sale_order_id")
    picking_ids = fields.Many2many(
        "stock.picking",
        compute="_compute_picking_ids",
        # transfers are counted for readers who may not open them
        compute_sudo=True,
    )
    transfer_count = fields.Integer(
        string="Transfers", compute="_compute_picking_ids", compute_sudo=True
    )
    credit_count = fields.Integer(
        string="Credit Notes", compute="_compute_credit_count", compute_sudo=True
    )
    inspectable = fields.Boolean(compute="_compute_picking_ids", compute_sudo=True)

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each return once."
    )
    _to_apply_index = models.Index("(id) WHERE to_apply")
    _to_tell_index = models.Index("(channel_id) WHERE push_state = 'open'")
    _unmatched_index = models.Index(
        "(channel_id, external_order_id) WHERE order_id IS NULL"
    )

    @api.depends("issue_ids.state", "issue_ids.message")
    def _compute_trouble(self):
        for row in self:
            opened = row.issue_ids.filtered(lambda issue: issue.state == "open")
            row.trouble = "\n".join(opened.mapped("message"))

    @api.depends("line_ids.move_ids.picking_id", "line_ids.move_ids.state")
    def _compute_picking_ids(self):
        for row in self:
            row.picking_ids = row.line_ids.move_ids.picking_id
            row.transfer_count = len(row.picking_ids)
            row.inspectable = bool(row.line_ids._open_moves())

    @api.depends("exchange_agreed", "exchange_ids.processed", "exchange_ids.quantity")
    def _compute_exchange_open(self):
        for row in self:
            row.exchange_open = not row.exchange_agreed and any(
                part.processed < part.quantity for part in row.exchange_ids
            )

    @api.depends("credit_ids")
    def _compute_credit_count(self):
        for row in self:
            row.credit_count = len(row.credit_ids)

    # --- jobs -------------------------------------------------------------------------

    def _job_process(self):
        """Decide returns, receive their goods, and tell the channels"""
        return self.env["channel.return.process"]._run()

    def _wake(self):
        """Have the returns looked at that wait for it."""
        self.env["channel.wakeup"]._after_commit(self.browse(), "_job_process")

    def _note_flow(self, channels):
        """What was tried in shadow is done from now on."""
        open_ones = [("channel_id", "in", channels.ids), ("state", "in", OPEN)]
        for rows in as_workers(self.search(open_ones)):
            rows._look_again()

    def _look_unseen(self, channel):
        """Look at returns whose goods may have left while they were looked at.

        A transfer and a return that are committed at the same time know nothing of each
        other.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE channel_return waiting SET to_apply = TRUE
             WHERE channel_id = %s AND unmade AND NOT to_apply
               AND EXISTS (SELECT FROM channel_return_line line
                             JOIN sale_order_line sale_line
                               ON sale_line.channel_line_id = line.line_id
                             JOIN stock_move move
                               ON move.sale_line_id = sale_line.id
                              AND move.state = 'done'
                              AND move.write_date
                                  > waiting.applied_at - interval '1 hour'
                            WHERE line.return_id = waiting.id)
            """,
            [channel.id],
        )
        if self.env.cr.rowcount:
            self.invalidate_model(["to_apply"], flush=False)
            self._wake()

    def _look_again(self):
        """Have these returns looked at."""
        if self:
            self.to_apply = True
            self._wake()

    def _resume_issues(self, issues):
        """Go on with the returns whose issues a person resolved."""
        rows = issues.channel_return_id
        rows.filtered(lambda row: row.push_state == "rejected").push_state = False
        rows.filtered("transfer_cancelled")._forget_cancelled()
        rows._look_again()

    def _forget_cancelled(self):
        """Have transfers made again that a person cancelled."""
        gone = self.line_ids.move_ids.filtered(lambda move: move.state == "cancel")
        gone.channel_return_line_id = False
        self.transfer_cancelled = False

    # --- what people do ---------------------------------------------------------------

    @role("operator")
    def action_approve(self):
        """Agree to what the buyers ask for."""
        for rows in as_workers(self):
            rows._decide("approve", self.env.user)

    @role("operator")
    def action_open_decline(self):
        """Ask for the reason of a refusal."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decline"),
            "res_model": "channel.return.decline",
            "target": "new",
            "views": [(False, "form")],
            "context": {"default_return_ids": self.ids},
        }

    @role("operator")
    def action_open_inspection(self):
        """Say what became of the goods that came."""
        self.ensure_one()
        if not self.inspectable:
            raise UserError(
                self.env._(
                    "No transfer of %s is open: its goods were not delivered by here,"
                    " or are back already. Make the transfer first.",
                    self.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Inspect"),
            "res_model": "channel.return.inspect",
            "target": "new",
            "views": [(False, "form")],
            "context": {"default_return_id": self.id},
        }

    @role("operator")
    def action_make_transfer(self):
        """Make the transfer again that a person cancelled."""
        for rows in as_workers(self):
            rows.filtered("transfer_cancelled")._forget_cancelled()
            rows._look_again()

    @role("operator")
    def action_credit(self):
        """Make the credit note for what came back."""
        for rows in as_workers(self):
            for row in rows:
                rows.env["channel.return.credit"]._make(row)

    @role("operator")
    def action_exchange(self):
        """Have the channel make an order of what the buyers get instead."""
        for rows in as_workers(self):
            if Capability.RETURN_PUSH not in rows.channel_id._capabilities():
                raise UserError(
                    self.env._(
                        "%s does not take this from here: agree to the exchange there.",
                        rows.channel_id[:1].name,
                    )
                )
            rows.exchange_agreed = True
            rows._look_again()

    @role("operator")
    def action_finish(self):
        """Say that nothing is left to be done."""
        for rows in as_workers(self.filtered(lambda row: row.state in OPEN[1:])):
            rows.finished = True
            rows._look_again()

    @role("operator")
    def action_fetch(self):
        """Read the present state of these returns from their channels."""
        for channel, rows in self.grouped("channel_id").items():
            channel._fetch_returns(rows.mapped("external_id"))

    @role("user")
    def action_open_order(self):
        self.ensure_one()
        return self.order_id._get_records_action()

    @role("user")
    def action_open_sale_order(self):
        self.ensure_one()
        return self.sale_order_id._get_records_action()

    @role("user")
    def action_open_transfers(self):
        self.ensure_one()
        return self.picking_ids._get_records_action(name=self.env._("Transfers"))

    @role("user")
    def action_open_credits(self):
        self.ensure_one()
        return self.credit_ids._get_records_action(name=self.env._("Credit Notes"))

    def _decide(self, decision, person, reason=False, note=False):
        """Keep what a person decided; a job does the rest.

        :raises UserError: for what is decided already.
        """
        decided = self.filtered(lambda row: row.external_state != "requested")
        if decided:
            raise UserError(
                self.env._(
                    "%s is decided at the channel already. Read it again to see how.",
                    ", ".join(decided.mapped("name")),
                )
            )
        told = self.filtered(lambda row: row.push_state == "sent")
        if told:
            raise UserError(
                self.env._(
                    "The decision on %s is on its way to the channel at this moment."
                    " Look again in a minute.",
                    ", ".join(told.mapped("name")),
                )
            )
        self.write(
            {
                "decision": decision,
                "decided_by": "person",
                "decided_by_id": person.id,
                "decided_at": fields.Datetime.now(),
                "decline_reason": reason,
                "decline_note": note,
            }
        )
        self._look_again()
