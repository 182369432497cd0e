from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    channel_order_id = fields.Many2one(
        "channel.order", readonly=True, copy=False, index="btree_not_null"
    )
    channel_payment_key = fields.Char(
        readonly=True, copy=False, help="The transaction's id at the channel."
    )

    _channel_payment_unique = models.UniqueIndex(
        "(channel_order_id, channel_payment_key) WHERE channel_order_id IS NOT NULL",
        "A channel's transaction is booked once.",
    )
