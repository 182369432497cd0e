from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services.roles import role


class AccountMove(models.Model):
    _inherit = "account.move"

    channel_order_id = fields.Many2one(
        "channel.order",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    channel_return_id = fields.Many2one(
        "channel.return",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    channel_refund_key = fields.Char(
        readonly=True, copy=False, help="The refund's id at the channel."
    )

    _channel_refund_unique = models.UniqueIndex(
        "(channel_order_id, channel_refund_key)"
        " WHERE channel_refund_key IS NOT NULL AND state <> 'cancel'",
        "A channel's refund is credited once.",
    )

    channel_corrects = fields.Boolean(
        readonly=True,
        copy=False,
        help="Made by the hub because less or more is ordered by now; what is paid back"
        " for it, the channel decides.",
    )
    channel_refund_ids = fields.One2many(
        "channel.refund", "move_id", readonly=True, groups="channel_base.group_user"
    )
    channel_refundable = fields.Boolean(
        compute="_compute_channel_refundable",
        # an accountant need not have rights on channels
        compute_sudo=True,
        help="It may be what the channel that the order came from pays back.",
    )

    @api.depends("state", "channel_refund_key", "channel_refund_ids.state")
    def _compute_channel_refundable(self):
        for move in self:
            under_way = move.channel_refund_ids.filtered(
                lambda row: row.state not in ("rejected", "there")
            )
            move.channel_refundable = (
                move.state == "posted"
                and bool(move._channel_refund_order())
                and not move.channel_refund_key
                and not move.channel_corrects
                and not under_way
                and not move.currency_id.is_zero(move.amount_total)
            )

    def _channel_refund_order(self):
        """The channel's order that a credit note made by people gives back of."""
        self.ensure_one()
        if self.move_type != "out_refund":
            return self.env["channel.order"]
        invoice = self.reversed_entry_id.channel_order_id
        orders = self.channel_order_id or invoice
        return orders or self.line_ids.channel_line_id.order_id[:1]

    def _channel_check_refundable(self):
        if not self.channel_refundable:
            raise UserError(
                self.env._(
                    "%s cannot be paid back at a channel: it is no posted credit note"
                    " of a channel's order, or it is paid back already.",
                    self.display_name,
                )
            )

    @role("operator")
    def action_channel_refund(self):
        """Ask how to pay the credit note back at the channel."""
        self.ensure_one()
        self._channel_check_refundable()
        channel = self._channel_refund_order().channel_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refund at the Channel"),
            "res_model": "channel.refund.request",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_move_id": self.id,
                "default_notify": channel.notify_customer,
                "default_there": not channel._pays_back(),
            },
        }

    def button_draft(self):
        """What is being paid back at this moment stays as it is."""
        # whoever may reset an entry need not have rights on channels
        if any(row.state == "sent" for row in self.sudo().channel_refund_ids):
            raise UserError(
                self.env._("It is being paid back at the channel. Try again later.")
            )
        return super().button_draft()

    def _channel_check_return(self):
        """What the channel has paid back meanwhile is not credited once more."""
        # an accountant need not have rights on channels
        drafts = self.filtered("channel_return_id").sudo()
        late = drafts.env["channel.return.credit"]._overtaken(drafts)
        if late:
            raise UserError(
                self.env._(
                    "The channel has paid back units of %s meanwhile, and that is"
                    " credited by itself. Delete this draft; what is still to be given"
                    " back you find on the return.",
                    ", ".join(late.channel_return_id.mapped("name")),
                )
            )

    def _post(self, soft=True):
        self._channel_check_return()
        posted = super()._post(soft)
        posted._channel_note_posted()
        posted._channel_note_credited()
        # an accountant need not have rights on channels
        posted.channel_return_id.sudo()._look_again()
        return posted

    def _channel_note_credited(self):
        """By the channel's policy, credit notes of people are paid back at once."""
        # an accountant need not have rights on channels
        for move in self.filtered(lambda m: m.move_type == "out_refund").sudo():
            channel = move._channel_refund_order().channel_id
            asked = channel.refund_policy == "posted" and channel._pays_back()
            if asked and move.channel_refundable:
                self.env["channel.refund"].sudo()._request(
                    move, notify=channel.notify_customer
                )

    def _channel_note_posted(self):
        """Invoices that people make are settled with the payments of their orders."""
        # an accountant need not have rights on channels
        orders = self.filtered(lambda m: m.move_type == "out_invoice").sudo()
        orders = orders.channel_order_id.filtered(
            lambda order: order.accounting_state == "waiting"
        )
        if orders:
            orders.accounting_state = "ready"
            orders.env["channel.wakeup"]._after_commit(orders.browse(), "_job_account")

    def _compute_invoice_currency_rate(self):
        """The rate of the channel's order stays: it is not the one of Odoo's table."""
        channel_moves = self.filtered(
            lambda move: move.channel_order_id and move.invoice_currency_rate
        )
        return super(AccountMove, self - channel_moves)._compute_invoice_currency_rate()

    def message_post_with_source(self, source_ref, **kwargs):
        """A note of the origin is left out: invoices of channels link to their orders,
        and notes are slow."""
        if source_ref == "mail.message_origin_link" and self.channel_order_id:
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)
