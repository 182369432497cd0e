from odoo import models

from ..adapter import codec
from .hold import hold
from .plain import clean, limited, naive

HOLD = """
    SELECT id FROM channel_shipping_order
     WHERE channel_id = %s AND reference = ANY(%s)
     ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""


class ShippingStore(models.AbstractModel):
    """Stores what providers report: rows only; transfers are booked later."""

    _name = "channel.shipping.store"
    _description = "Store Reports of Providers"

    def _store(self, channel, reports):
        """Store the present state of some shipping orders; the same one again changes
        nothing, and orders that are not ours are passed by.

        :param reports: canonical ``ShippingReport``s.
        :return: references of orders that another job is working on: to be read again.
        """
        Order = self.env["channel.shipping.order"]
        by_reference = {report.reference: report for report in reports}
        known = Order.search(
            [
                ("channel_id", "=", channel.id),
                ("reference", "in", list(by_reference)),
            ]
        )
        Order.flush_model()
        rows = hold(self.env.cr, HOLD, [channel.id, known.mapped("reference")])
        held = Order.browse(row[0] for row in rows)
        for order in held:
            self._write(order, by_reference[order.reference])
        if held.filtered("to_apply"):
            Order._wake()
        return (known - held).mapped("reference")

    def _write(self, order, report):
        text = clean(codec.dumps(report))
        moment = naive(report.updated_at)
        older = moment and order.reported_at and moment < order.reported_at
        if older or text == order.report:
            return
        order.write(
            {
                "report": text,
                "reported_at": moment or order.reported_at,
                "external_id": clean(report.external_id) or order.external_id,
                "to_apply": True,
            }
        )
        self._write_shipments(order, report)

    def _write_shipments(self, order, report):
        known = self.env["channel.shipping.shipment"].search(
            [
                ("channel_id", "=", order.channel_id.id),
                ("key", "in", [clean(shipment.key) for shipment in report.shipments]),
            ]
        )
        by_key = known.grouped("key")
        new = []
        for shipment in report.shipments:
            values = self._prepare(shipment)
            row = by_key.get(values["key"])
            if row:
                row.write(values)
            else:
                new.append(values | {"shipping_order_id": order.id})
        known.create(new)

    def _prepare(self, shipment):
        numbers = [p.tracking_number for p in shipment.parcels if p.tracking_number]
        return {
            "key": clean(shipment.key),
            "shipped_at": naive(shipment.shipped_at),
            "tracking": clean(", ".join(dict.fromkeys(numbers))),
            "units": limited(sum(line.quantity for line in shipment.lines)),
            "content": clean(codec.dumps(shipment)),
        }
