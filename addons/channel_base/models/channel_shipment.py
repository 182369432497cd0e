from uuid import uuid4

from odoo import fields, models

UNTOLD = """
INSERT INTO channel_intent (kind, picking_id, created_at)
SELECT 'shipment', picking.id, now() AT TIME ZONE 'UTC'
  FROM channel_order_line line
 CROSS JOIN LATERAL (
        SELECT sum(product_uom_qty) AS ordered, sum(qty_delivered) AS delivered
          FROM sale_order_line
         WHERE channel_line_id = line.id AND state <> 'cancel'
           AND qty_delivered_method = 'stock_move') here
 CROSS JOIN LATERAL (
        SELECT line.quantity - coalesce(line.cancelled, 0) AS wanted,
               coalesce(line.fulfilled, 0) AS shown) there
  JOIN sale_order_line sale_line ON sale_line.channel_line_id = line.id
  JOIN stock_move move ON move.sale_line_id = sale_line.id AND move.state = 'done'
  JOIN stock_location destination ON destination.id = move.location_dest_id
   AND destination.usage = 'customer'
  JOIN stock_picking picking ON picking.id = move.picking_id
 WHERE line.channel_id = ANY(%(channels)s) AND line.requires_shipping
   AND there.shown < there.wanted
   AND here.delivered > there.shown - greatest(0, there.wanted - here.ordered)
   AND (NOT EXISTS (SELECT FROM channel_shipment shipment
                     WHERE shipment.picking_id = picking.id
                       AND shipment.order_id = line.order_id)
        -- corrected since
        OR here.delivered > (SELECT sum(quantity) FROM channel_shipment_line
                              WHERE line_id = line.id))
 GROUP BY picking.id
 ORDER BY picking.date_done, picking.id
"""


class ChannelShipment(models.Model):
    """One delivery of one channel order that the channel is to hear of.

    Only the stock lane's jobs write it. A transfer that serves several orders has one
    shipment for each.
    """

    _name = "channel.shipment"
    _description = "Channel Shipment"
    _order = "id desc"
    _rec_name = "picking_id"

    order_id = fields.Many2one(
        "channel.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    picking_id = fields.Many2one(
        "stock.picking", required=True, readonly=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(related="order_id.channel_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid4()),
        help="Names the shipment towards the channel, also when it is sent again.",
    )
    state = fields.Selection(
        [
            ("open", "To confirm"),
            ("sent", "Being confirmed"),
            ("done", "Confirmed"),
            ("blocked", "Blocked"),
            ("rejected", "Refused"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    shipped_at = fields.Datetime(required=True, readonly=True)
    confirmed_at = fields.Datetime(
        readonly=True, help="When the channel last said that it knows of the shipment."
    )
    carrier_id = fields.Many2one("delivery.carrier", readonly=True)
    tracking = fields.Char(readonly=True)
    parcels = fields.Json(
        readonly=True, help="A list of [tracking number, tracking address]."
    )
    external_id = fields.Char(readonly=True, help="The shipment's id at the channel.")
    line_ids = fields.One2many("channel.shipment.line", "shipment_id", readonly=True)

    _picking_order_unique = models.Constraint(
        "UNIQUE(picking_id, order_id)", "A transfer is one shipment of an order."
    )
    _channel_key_unique = models.Constraint(
        "UNIQUE(channel_id, key)", "A shipment's key is its own."
    )
    _unfinished_index = models.Index(
        "(channel_id, order_id, id) WHERE state IN ('open', 'sent')"
    )

    def _resume_issues(self, issues):
        """Tell the channels again what these issues held back."""
        pickings = issues.picking_id
        waiting = self.search(
            [
                ("channel_id", "in", issues.channel_id.ids),
                ("state", "in", ("blocked", "rejected")),
                "|",
                ("picking_id", "in", pickings.ids),
                ("carrier_id", "in", issues.mapping_id.carrier_id.ids),
            ]
        )
        waiting.write({"state": "open"})
        pickings._channel_note_shipment()
        self._wake()

    def _note_untold(self, channels):
        """Have transfers told that were done while nobody listened, one statement.

        Not those of which the channel shows as many units shipped as have left; units
        that it shipped itself and that never came into Odoo are not ours.
        """
        self.env.flush_all()
        self.env.cr.execute(UNTOLD, {"channels": channels.ids})
        if self.env.cr.rowcount:
            self._wake()

    def _wake(self):
        """Have the stock lane look at intents, shipments and answers."""
        self.env["channel.wakeup"]._after_commit(
            self.env["channel.push.batch"], "_job_prepare_shipments"
        )


class ChannelShipmentLine(models.Model):
    """Units of one channel order line that left with one shipment."""

    _name = "channel.shipment.line"
    _description = "Channel Shipment Line"
    _rec_name = "line_id"

    shipment_id = fields.Many2one(
        "channel.shipment", required=True, readonly=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(related="shipment_id.channel_id", store=True)
    company_id = fields.Many2one(related="shipment_id.company_id", store=True)
    line_id = fields.Many2one(
        "channel.order.line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    quantity = fields.Integer(required=True, readonly=True)
    elsewhere = fields.Integer(
        readonly=True,
        help="Units that others had shipped at the channel when this was told.",
    )

    _shipment_line_unique = models.Constraint(
        "UNIQUE(shipment_id, line_id)", "A shipment has each order line once."
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "A shipment line has units."
    )
