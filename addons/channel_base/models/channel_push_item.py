from odoo import fields, models


class ChannelPushItem(models.Model):
    """One frozen row of a batch and the channel's answer to it.

    ``payload`` is a canonical target (``StockTarget``, ...) as JSON, frozen when the
    batch is prepared.
    """

    _name = "channel.push.item"
    _description = "Channel Push Item"
    _order = "batch_id, id"
    _rec_name = "key"
    _log_access = False

    batch_id = fields.Many2one(
        "channel.push.batch", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one("channel.channel", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    key = fields.Char(required=True, readonly=True)
    level_id = fields.Many2one(
        "channel.listing.level",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    price_id = fields.Many2one(
        "channel.listing.price",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    picking_id = fields.Many2one(
        "stock.picking", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    channel_return_id = fields.Many2one(
        "channel.return", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    order_id = fields.Many2one(
        "channel.order", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    channel_product_id = fields.Many2one(
        "channel.product", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    shipping_order_id = fields.Many2one(
        "channel.shipping.order",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    quantity = fields.Integer(readonly=True)
    expected = fields.Integer(readonly=True)
    compare = fields.Boolean(readonly=True, help="Sent with the expected value.")
    payload = fields.Text(readonly=True, prefetch=False)
    status = fields.Selection(
        [
            ("open", "Not answered"),
            ("pending", "Answer awaited"),
            ("done", "Done"),
            ("stale", "Stale"),
            ("skipped", "Not applied"),
            ("rejected", "Rejected"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    code = fields.Char(readonly=True)
    message = fields.Char(readonly=True)
    observed = fields.Integer(readonly=True)
    observed_at = fields.Datetime(readonly=True)
    external_id = fields.Char(readonly=True)
    outcome = fields.Text(
        readonly=True, prefetch=False, help="Of a product: what was written, as JSON."
    )

    _batch_key_unique = models.Constraint(
        "UNIQUE(batch_id, key)", "A batch has each item once."
    )
