from odoo import fields, models


class ChannelReturnLine(models.Model):
    """Units of one order line that come back."""

    _name = "channel.return.line"
    _description = "Channel Return Line"
    _order = "return_id, id"
    _rec_name = "title"

    return_id = fields.Many2one(
        "channel.return", required=True, readonly=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(related="return_id.channel_id", store=True)
    company_id = fields.Many2one(related="return_id.company_id", store=True)
    external_id = fields.Char(required=True, readonly=True)
    external_line_id = fields.Char(readonly=True)
    line_id = fields.Many2one(
        "channel.order.line",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    title = fields.Char(related="line_id.title")
    product_id = fields.Many2one(related="line_id.product_id")
    reason_id = fields.Many2one(
        "channel.mapping", readonly=True, ondelete="restrict", string="Reason"
    )
    note = fields.Char(readonly=True)
    quantity = fields.Integer(readonly=True)
    processed = fields.Integer(
        readonly=True, string="Processed There", help="Units that were looked at there."
    )
    refunded = fields.Integer(readonly=True)
    received = fields.Integer(
        readonly=True, help="Units that came by this return's transfers."
    )
    taken = fields.Integer(
        readonly=True,
        string="Back Already",
        help="Units that had come back by other transfers.",
    )
    discarded = fields.Integer(readonly=True, help="Of the received, not for sale.")
    missing = fields.Integer(readonly=True, help="Units that will not come any more.")
    dropped = fields.Integer(
        readonly=True, help="Units that a transfer was to bring and did not."
    )
    told = fields.Integer(
        readonly=True, help="Units of which the channel was told what became of them."
    )
    move_ids = fields.One2many("stock.move", "channel_return_line_id", readonly=True)

    _return_external_unique = models.Constraint(
        "UNIQUE(return_id, external_id)", "A return has each line once."
    )

    def _open_moves(self):
        """Moves that are still to bring goods of these lines."""
        return self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
            and move.location_id.usage == "customer"
        )

    def _done_moves(self):
        return self.move_ids.filtered(
            lambda move: move.state == "done" and move.location_id.usage == "customer"
        )

    def _settled(self):
        """Units of which it is known what became of them."""
        return self.received + self.taken + self.missing
