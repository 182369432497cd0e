from odoo import fields, models


class ChannelIssue(models.Model):
    """What a person must fix, with the action that fixes it and resumes the work."""

    _name = "channel.issue"
    _description = "Channel Issue"
    _order = "state, blocking desc, id desc"
    _rec_name = "message"

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            # orders
            ("unmapped_sku", "Unknown SKU"),
            ("unmapped_tax", "Unknown tax"),
            ("unmapped_gateway", "Unknown payment gateway"),
            ("total_mismatch", "Totals differ"),
            ("missing_rate", "Currency rate missing"),
            ("hold", "Order held"),
            ("order_too_large", "Order too large"),
            ("order_failed", "Order cannot be imported"),
            ("accounting_failed", "Invoice or payment cannot be posted"),
            ("refund_unsupported", "Refund to enter by hand"),
            ("edit_unsupported", "Change to enter by hand"),
            ("cancel_failed", "Cancellation to enter by hand"),
            ("conflict", "Changed on both sides"),
            ("oversell", "Sold more than there is"),
            # catalogue and stock
            ("unmapped_listing", "Listing without product"),
            ("push_rejected", "Refused by the channel"),
            ("drift", "Quantity differs at the channel"),
            ("fuse", "Unusual run of quantities"),
            ("location_unmapped", "Place without stock location"),
            # shipments
            ("shipment_rejected", "Shipment refused by the channel"),
            ("carrier_unmapped", "Carrier without name there"),
            # connection
            ("config", "Settings or rights missing"),
            ("auth", "Credentials refused"),
            ("identity", "Not the live database"),
            ("protocol", "Answer not understood"),
            ("event_failed", "Event cannot be processed"),
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
    listing_id = fields.Many2one(
        "channel.listing", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    mapping_id = fields.Many2one("channel.mapping", readonly=True, ondelete="cascade")
    location_id = fields.Many2one("channel.location", readonly=True, ondelete="cascade")
    event_id = fields.Many2one("channel.event", readonly=True, ondelete="cascade")
    picking_id = fields.Many2one("stock.picking", readonly=True, ondelete="cascade")

    _open_unique = models.UniqueIndex(
        "(channel_id, kind, subject) WHERE state = 'open'",
        "This is an open issue already.",
    )
