from odoo import fields, models


class ChannelIntent(models.Model):
    """Outbox, append-only: what changed here, never the new value.

    ``stock``: a product's quantity may differ (``product_id``; empty = every product).
    ``shipment``: a transfer's shipment is to be confirmed (``picking_id``).
    """

    _name = "channel.intent"
    _description = "Channel Intent"
    _log_access = False

    kind = fields.Selection(
        [("stock", "Stock"), ("shipment", "Shipment")], required=True
    )
    product_id = fields.Many2one("product.product", ondelete="cascade")
    picking_id = fields.Many2one("stock.picking", ondelete="cascade")
    created_at = fields.Datetime(required=True)

    _kind_index = models.Index("(kind, id)")
