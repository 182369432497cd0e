from datetime import UTC, datetime
from decimal import Decimal

from odoo import fields, models

from ..books.lines import Role


class ChannelOrderLine(models.Model):
    """One external line. While it is ``unimported``, those of its open units count
    against stock that its confirmed sale order does not hold."""

    _name = "channel.order.line"
    _description = "Channel Order Line"
    _order = "order_id, id"
    _rec_name = "title"

    order_id = fields.Many2one(
        "channel.order", required=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one("channel.channel", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    external_id = fields.Char(required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    sku = fields.Char(readonly=True)
    title = fields.Char(readonly=True)
    external_listing_id = fields.Char(readonly=True)
    listing_id = fields.Many2one("channel.listing", readonly=True, ondelete="set null")
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null"
    )
    location_id = fields.Many2one(
        "channel.location",
        readonly=True,
        ondelete="set null",
        help="Where the channel wants it shipped from; empty: anywhere.",
    )
    stored_at = fields.Datetime(
        required=True,
        readonly=True,
        # with microseconds, and later than the answer it comes from; the moment of
        # creation is when the transaction began, which may be before the call
        default=lambda self: datetime.now(UTC).replace(tzinfo=None),
    )
    requires_shipping = fields.Boolean(
        default=True,
        readonly=True,
        help="Otherwise the channel wants to hear of no shipment of it.",
    )
    bundle = fields.Char(readonly=True, help="What the line is a component of.")
    plan = fields.Char(
        readonly=True, help="The subscription or pre-order that it was sold by."
    )
    pickup = fields.Boolean(readonly=True, help="The buyer fetches it.")
    ship_after = fields.Datetime(
        string="Ship From", readonly=True, help="Not to be shipped earlier."
    )
    quantity = fields.Integer(readonly=True)
    cancelled = fields.Integer(readonly=True)
    refunded = fields.Integer(readonly=True)
    fulfilled = fields.Integer(readonly=True, help="What the channel says is shipped.")
    handed_over = fields.Integer(
        readonly=True,
        help="Shipped at the channel before the order came here, and delivered here at"
        " once: the channel knows.",
    )
    open_quantity = fields.Integer(
        readonly=True, help="Neither cancelled nor shipped at the channel."
    )
    unimported = fields.Boolean(
        default=True,
        readonly=True,
        help="Counts against stock: no confirmed sale order holds all its units yet.",
    )
    sale_line_ids = fields.One2many("sale.order.line", "channel_line_id", readonly=True)
    shipment_line_ids = fields.One2many(
        "channel.shipment.line", "line_id", readonly=True
    )

    reckoned = fields.Boolean(
        readonly=True,
        help="Its price holds a tax that the channel does not tell: the rate was"
        " decided here when it was imported.",
    )
    vat_percent = fields.Float(string="Tax Rate", digits=False, readonly=True)

    _channel_external_unique = models.Constraint(
        "UNIQUE(channel_id, external_id)", "A channel has each order line once."
    )
    _unimported_index = models.Index("(product_id) WHERE unimported")
    _listing_index = models.Index(
        "(listing_id, stored_at) WHERE listing_id IS NOT NULL"
    )
    _given_back_index = models.Index("(listing_id) WHERE cancelled > 0 OR refunded > 0")

    def _reckoned_rates(self):
        """Fractions by external id, of the lines whose taxes were decided here."""
        return {
            line.external_id: Decimal(str(line.vat_percent)) / 100
            for line in self
            if line.reckoned
        }

    def _note_held(self):
        """Their orders were confirmed: from now on the sale orders hold the units, but
        for those that were added at the channel and that nobody has entered yet."""
        lines = self.filtered("unimported")
        more = lines.filtered(lambda line: line._wanted() > line._sold())
        edited = more.order_id.issue_ids.filtered(
            lambda issue: issue.kind == "edit_unsupported" and issue.state == "open"
        )
        edited = edited.order_id | more.order_id.filtered("open_change_id")
        kept = more.filtered(lambda line: line.order_id in edited)
        (lines - kept).unimported = False

    def _wanted(self):
        return self.quantity - self.cancelled

    def _sold(self):
        """Units that the sale order has of the line."""
        goods = self.sale_line_ids.filtered(
            lambda line: line.channel_role == Role.PRODUCT.value
        )
        return sum(goods.mapped("product_uom_qty"))
