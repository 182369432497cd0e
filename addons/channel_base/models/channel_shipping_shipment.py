from odoo import fields, models


class ChannelShippingShipment(models.Model):
    """What a provider says has left at once; booked once, by the provider's own key.

    ``content`` is the canonical ``WarehouseShipment`` as it was first told.
    """

    _name = "channel.shipping.shipment"
    _description = "Shipment of a Provider"
    _order = "shipped_at, id"
    _rec_name = "key"

    shipping_order_id = fields.Many2one(
        "channel.shipping.order",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    channel_id = fields.Many2one(
        related="shipping_order_id.channel_id", store=True, index=True
    )
    company_id = fields.Many2one(related="shipping_order_id.company_id", store=True)
    key = fields.Char(required=True, readonly=True)
    shipped_at = fields.Datetime(required=True, readonly=True)
    tracking = fields.Char(readonly=True)
    units = fields.Integer(readonly=True)
    content = fields.Text(required=True, readonly=True, prefetch=False)
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The transfer that booked it; empty: not booked yet.",
    )
    failed = fields.Boolean(readonly=True, help="An issue says why it is not booked.")

    _channel_key_unique = models.Constraint(
        "UNIQUE(channel_id, key)", "A shipment is booked once."
    )
