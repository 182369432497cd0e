from odoo import fields, models

from ..adapter import codec
from ..adapter.canonical import Shipment


class ShipmentAnswer(models.AbstractModel):
    """Take the answers of finished batches over into the shipments."""

    _name = "channel.shipment.answer"
    _inherit = "channel.push.answer"
    _description = "Channel Shipment Answers"

    _kinds = ("shipment",)
    _held = "order_id"

    def _fold(self, channel, batches):
        shipments = {
            shipment.key: shipment
            for shipment in self.env["channel.shipment"].search(
                [
                    ("channel_id", "=", channel.id),
                    ("key", "in", batches.item_ids.mapped("key")),
                ]
            )
        }
        answered = [
            (shipments[item.key], item)
            for item in batches.item_ids.sorted("id")
            if item.key in shipments and shipments[item.key].state == "sent"
        ]
        self._settle(channel, answered)
        for shipment, item in answered:
            self._fold_item(channel, shipment, item)
        batches.write({"folded": True})
        self._note_shipped(batches.item_ids.order_id)

    def _settle(self, channel, answered):
        """Refusals of transfers that are confirmed by now, unless for another order."""
        subjects = {"done": set(), "rejected": set()}
        for shipment, item in answered:
            subjects.setdefault(item.status, set()).add(self._subject(shipment))
        self.env["channel.issue"]._settle(
            channel, "shipment_rejected", subjects["done"] - subjects["rejected"]
        )

    def _fold_item(self, channel, shipment, item):
        if item.status == "done":
            self._confirm(shipment, item)
        elif item.status == "rejected":
            shipment.state = "rejected"
            self._report_rejected(channel, shipment, item)
        else:  # not applied: another row stopped the call, or it was superseded
            shipment.state = "open"

    def _confirm(self, shipment, item):
        told = codec.loads(Shipment, item.payload)
        numbers = [p.tracking_number for p in told.parcels if p.tracking_number]
        units = {line.line: line.quantity for line in told.lines}
        edited = numbers != [
            number for number, _address in shipment.parcels or []
        ] or units != {r.line_id.external_id: r.quantity for r in shipment.line_ids}
        shipment.write(
            {
                "state": "open" if edited else "done",
                "external_id": item.external_id or shipment.external_id,
                "confirmed_at": item.batch_id.answered_at or fields.Datetime.now(),
            }
        )

    def _note_shipped(self, orders):
        """Mark the orders of which the channel knows all that was to be shipped."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE channel_order
               SET shipped_at = date_trunc('second', now() AT TIME ZONE 'UTC')
             WHERE id = ANY(%s) AND shipped_at IS NULL
               AND NOT EXISTS (
                SELECT FROM channel_order_line line
                  JOIN LATERAL (SELECT sum(product_uom_qty) AS units
                                  FROM sale_order_line
                                 WHERE channel_line_id = line.id
                                   AND qty_delivered_method = 'stock_move'
                       ) ordered ON ordered.units > 0
                  JOIN LATERAL (SELECT coalesce(sum(row.quantity), 0) AS units
                                  FROM channel_shipment_line row
                                  JOIN channel_shipment shipment
                                    ON shipment.id = row.shipment_id
                                 WHERE row.line_id = line.id AND shipment.state = 'done'
                       ) told ON TRUE
                 WHERE line.order_id = channel_order.id
                   AND told.units < ordered.units
                   AND greatest(told.units, line.fulfilled)
                       < line.quantity - coalesce(line.cancelled, 0))
            """,
            [orders.ids],
        )
        orders.invalidate_recordset(["shipped_at"])

    def _report_rejected(self, channel, shipment, item):
        self.env["channel.issue"]._report(
            channel,
            "shipment_rejected",
            self._subject(shipment),
            self.env._(
                "%(channel)s refused the shipment %(picking)s of order %(order)s: "
                "%(answer)s. Correct it here or there, then resolve this issue to send "
                "it again.",
                channel=channel.name,
                picking=shipment.picking_id.name,
                order=shipment.order_id.name,
                answer=item.message or item.code,
            ),
            detail=item.code,
            order=shipment.order_id,
            picking=shipment.picking_id,
        )

    def _subject(self, shipment):
        return f"picking:{shipment.picking_id.id}"
