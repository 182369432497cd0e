from datetime import UTC
from uuid import uuid4

from odoo import models

from ..adapter import codec
from ..adapter.canonical import Shipment, ShipmentLine
from ..adapter.port import Capability


class ShipmentFreeze(models.AbstractModel):
    """Freeze open shipments into batches, each of them one write call."""

    _name = "channel.shipment.freeze"
    _description = "Channel Shipment Batches"

    def _run(self):
        """Make the batches of all channels that may send now.

        :return: the new batches.
        """
        batches = self.env["channel.push.batch"]
        # in shadow, shipments stay to be confirmed
        for channel in self.env["channel.channel"]._sending("shipment"):
            worker = channel._as_worker()
            if Capability.SHIPMENT_PUSH in worker._capabilities():
                batches |= self.with_env(worker.env)._freeze(worker)
        return batches

    def _freeze(self, channel):
        """Freeze what one channel can be told now."""
        adapter = channel._adapter_class()
        shipments = self._named(channel, self._sendable(channel), adapter)
        if not shipments:
            return self.env["channel.push.batch"]
        size = adapter.shipment_batch
        batches = self.env["channel.push.batch"].create(
            [
                self._prepare_batch_values(channel, shipments[start : start + size])
                for start in range(0, len(shipments), size)
            ]
        )
        shipments.write({"state": "sent"})
        return batches

    def _sendable(self, channel):
        """The oldest open shipment of each order that has none under way.

        Cumulative quantities are right only one after the other.
        """
        self.env["channel.shipment"].flush_model()
        self.env.cr.execute(
            """
            SELECT DISTINCT ON (shipment.order_id) shipment.id
              FROM channel_shipment shipment
             WHERE shipment.channel_id = %s AND shipment.state = 'open'
               AND NOT EXISTS (SELECT FROM channel_shipment other
                                WHERE other.order_id = shipment.order_id
                                  AND other.state = 'sent')
             ORDER BY shipment.order_id, shipment.id
            """,
            [channel.id],
        )
        ids = [shipment_id for (shipment_id,) in self.env.cr.fetchall()]
        return self.env["channel.shipment"].browse(ids)

    def _named(self, channel, shipments, adapter):
        """Leave out shipments whose carrier the channel must know and does not."""
        names = self._carrier_names(channel, shipments)
        if not adapter.carriers_required:
            return shipments
        blocked = shipments.filtered(
            lambda shipment: shipment.carrier_id
            and not names[shipment.carrier_id][1].carrier_code
        )
        blocked.write({"state": "blocked"})
        for carrier, (_name, mapping) in names.items():
            waiting = blocked.filtered(
                lambda row, carrier=carrier: row.carrier_id == carrier
            )
            if waiting:
                self._report_carrier(channel, carrier, mapping, waiting)
        return shipments - blocked

    def _carrier_names(self, channel, shipments):
        return self.env["channel.shipment.parcel"]._carrier_names(
            channel, shipments.carrier_id
        )

    def _report_carrier(self, channel, carrier, mapping, shipments):
        self.env["channel.issue"]._report(
            channel,
            "carrier_unmapped",
            f"carrier:{carrier.id}",
            self.env._(
                "%(channel)s does not know the carrier %(carrier)s: %(count)s"
                " shipments wait. Enter the carrier's name there in its mapping.",
                channel=channel.name,
                carrier=carrier.name,
                count=len(shipments),
            ),
            mapping=mapping,
        )

    def _prepare_batch_values(self, channel, shipments):
        names = self._carrier_names(channel, shipments)
        return {
            "channel_id": channel.id,
            "kind": "shipment",
            "key": str(uuid4()),
            "folded": False,
            "item_ids": [
                (0, 0, self._prepare_item_values(channel, shipment, names))
                for shipment in shipments
            ],
        }

    def _prepare_item_values(self, channel, shipment, names):
        name = names[shipment.carrier_id][0] if shipment.carrier_id else ""
        return {
            "channel_id": channel.id,
            "key": shipment.key,
            "picking_id": shipment.picking_id.id,
            "order_id": shipment.order_id.id,
            "payload": codec.dumps(self._canonical(channel, shipment, name)),
        }

    def _canonical(self, channel, shipment, carrier_name):
        return Shipment(
            key=shipment.key,
            order=shipment.order_id.external_id,
            shipped_at=shipment.shipped_at.replace(tzinfo=UTC),
            lines=tuple(self._canonical_line(line) for line in shipment.line_ids),
            parcels=self.env["channel.shipment.parcel"]._canonical(
                shipment, carrier_name
            ),
            notify=channel.notify_customer,
            location=self._location(channel, shipment.picking_id),
            external_id=shipment.external_id or "",
        )

    def _canonical_line(self, shipment_line):
        """``cumulative`` follows the order of telling: a refused shipment that is told
        later still adds its units."""
        line = shipment_line.line_id
        told = line.shipment_line_ids.filtered(
            lambda row: row.shipment_id.state == "done" and row != shipment_line
        )
        before = sum(told.mapped("quantity"))
        shipment_line.elsewhere = self._elsewhere(line, told, before)
        before += line.handed_over
        cumulative = shipment_line.elsewhere + before + shipment_line.quantity
        return ShipmentLine(
            line=line.external_id,
            quantity=shipment_line.quantity,
            # units cancelled since they left are not asked for
            cumulative=min(cumulative, line.quantity - line.cancelled),
        )

    def _elsewhere(self, line, told, before):
        """Units that were shipped at the channel by others and never came into Odoo.

        What was known when an earlier shipment was told holds: the line may not have
        been fetched again since.
        """
        ordered = self.env["channel.shipment.quantity"]._ordered(line)
        unknown = min(line.fulfilled - before, line.quantity - line.cancelled - ordered)
        return max(0, unknown, *told.mapped("elsewhere"))

    def _location(self, channel, picking):
        """The channel's place that the goods left; none for drop-shipping."""
        warehouse = picking.picking_type_id.warehouse_id
        places = channel.location_ids.filtered(
            lambda place: warehouse and place.warehouse_id == warehouse
        )
        return places.external_id if len(places) == 1 else ""
