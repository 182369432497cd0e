from odoo import fields, models
from odoo.exceptions import UserError

from ..services.roles import role


class ChannelRefundRequest(models.TransientModel):
    """Asks how a credit note is to be paid back at the channel."""

    _name = "channel.refund.request"
    _description = "Pay a Credit Note Back at the Channel"

    move_id = fields.Many2one(
        "account.move", required=True, readonly=True, string="Credit Note"
    )
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_total = fields.Monetary(related="move_id.amount_total")
    there = fields.Boolean(
        string="It Was Paid Back There Already",
        help="Nothing is sent. The refund of this amount that the channel tells of is"
        " this credit note.",
    )
    notify = fields.Boolean(string="The Channel Tells the Customer", default=True)
    restock = fields.Boolean(
        string="Put Shipped Units Back on the Channel's Shelf",
        help="They are received here as well, by a return of their transfer. Leave it"
        " off when they are received here by hand.",
    )
    over = fields.Boolean(string="Pay Back More Than Was Paid")

    @role("operator")
    def action_send(self):
        """Have it paid back, or note that it was."""
        self.ensure_one()
        self.move_id._channel_check_refundable()
        channel = self.move_id._channel_refund_order().channel_id
        if not self.there and not channel._pays_back():
            raise UserError(
                self.env._(
                    "Nothing can be paid back at %s from here: switch its flow of"
                    " refunds on, where the marketplace has one.",
                    channel.name,
                )
            )
        self.env["channel.refund"]._request(
            self.move_id,
            there=self.there,
            notify=self.notify,
            restock=self.restock,
            over=self.over,
        )
        return {"type": "ir.actions.act_window_close"}
