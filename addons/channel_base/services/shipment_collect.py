from collections import Counter

from odoo import models

from ..adapter.port import Capability
from .isolator import isolate

BATCH = 200  # transfers that one job looks at


class ShipmentCollect(models.AbstractModel):
    """Turn intents into shipments: which units of which order left, and how."""

    _name = "channel.shipment.collect"
    _description = "Channel Shipment Collection"

    def _run(self):
        """Consume the oldest intents.

        :return: True when more of them wait.
        """
        self.env.cr.execute(
            """
            DELETE FROM channel_intent
             WHERE id IN (SELECT id FROM channel_intent WHERE kind = 'shipment'
                           ORDER BY id LIMIT %s)
            RETURNING picking_id
            """,
            [BATCH],
        )
        picking_ids = [picking_id for (picking_id,) in self.env.cr.fetchall()]
        for channel, ids in self._by_channel(picking_ids).items():
            self.with_env(channel.env)._collect(channel, ids)
        return len(picking_ids) == BATCH

    def _collect(self, channel, picking_ids):
        """Look at the transfers of one channel; a bad one stops no other."""
        isolate(
            self.env,
            self.env["stock.picking"].browse(picking_ids),
            lambda pickings: self._store(channel, pickings),
            lambda picking, error: self._report(channel, picking, error),
        )

    def _by_channel(self, picking_ids):
        """Sort transfers by the channels that want to hear of shipments.

        :return: {channel as its worker: ids of transfers}.
        """
        self.env.cr.execute(
            """
            SELECT DISTINCT channel_line.channel_id, move.picking_id
              FROM stock_move move
              JOIN stock_picking picking ON picking.id = move.picking_id
               AND picking.channel_handed_over IS NOT TRUE
              JOIN sale_order_line line ON line.id = move.sale_line_id
              JOIN channel_order_line channel_line
                ON channel_line.id = line.channel_line_id
              JOIN channel_channel channel ON channel.id = channel_line.channel_id
             WHERE move.picking_id = ANY(%s) AND channel.shipment_flow != 'off'
             ORDER BY 1, 2
            """,
            [picking_ids],
        )
        ids_by_channel = {}
        for channel_id, picking_id in self.env.cr.fetchall():
            ids_by_channel.setdefault(channel_id, []).append(picking_id)
        channels = self.env["channel.channel"].browse(ids_by_channel)
        workers = (channel._as_worker() for channel in channels)
        return {
            worker: ids_by_channel[worker.id]
            for worker in workers
            if Capability.SHIPMENT_PUSH in worker._capabilities()
        }

    def _store(self, channel, pickings):
        """Make or update the shipments of some done transfers of one channel."""
        Shipment = self.env["channel.shipment"]
        self._read_ahead(pickings)
        known = {
            (shipment.picking_id, shipment.order_id): shipment
            for shipment in Shipment.search(
                [
                    ("picking_id", "in", pickings.ids),
                    ("channel_id", "=", channel.id),
                ]
            )
        }
        told = Counter()
        new, updated = [], Shipment.browse()
        for picking in pickings.sorted(lambda picking: (picking.date_done, picking.id)):
            for order in self._orders(channel, picking):
                shipment = known.get((picking, order))
                if shipment:
                    self._update(shipment, told)
                    updated |= shipment
                elif quantities := self._quantities(picking, order, told):
                    told.update(quantities)
                    new.append(self._prepare_values(picking, order, quantities))
        Shipment.create(new)
        if updated:
            self.env["channel.shipment.correct"]._check(channel, updated.exists())

    def _read_ahead(self, pickings):
        """Read at once what would be read for one transfer after the other."""
        lines = pickings.move_ids.sale_line_id.channel_line_id.order_id.line_ids
        lines.shipment_line_ids.fetch(["shipment_id", "quantity"])
        lines.sale_line_ids.move_ids.fetch(["state", "picking_id"])

    def _orders(self, channel, picking):
        lines = self._channel_lines(picking)
        return lines.filtered(lambda line: line.channel_id == channel).order_id

    def _channel_lines(self, picking):
        moves = picking.move_ids.filtered(
            lambda move: move.state == "done"
            and move.location_dest_id.usage == "customer"
        )
        return moves.sale_line_id.channel_line_id.filtered("requires_shipping")

    def _update(self, shipment, told):
        """Take over what was edited since."""
        values = self._edited_tracking(shipment)
        quantities = self._quantities(
            shipment.picking_id, shipment.order_id, told, shipment
        )
        corrected = self.env["channel.shipment.correct"]._correct(shipment, quantities)
        if not shipment.line_ids:
            shipment.unlink()
            return
        if not corrected and not values:
            return
        if shipment.state in ("done", "rejected", "blocked"):
            values["state"] = "open"
        shipment.write(values)

    def _edited_tracking(self, shipment):
        """Edited tracking; a removed number waits for the new one."""
        picking = shipment.picking_id
        parcels = self.env["channel.shipment.parcel"]._read(picking)
        changed = (
            parcels != (shipment.parcels or [])
            or picking.carrier_id != shipment.carrier_id
        )
        if not changed or (shipment.external_id and not parcels):
            return {}
        return self._prepare_tracking_values(picking, parcels)

    def _prepare_values(self, picking, order, quantities):
        parcels = self.env["channel.shipment.parcel"]._read(picking)
        return {
            "picking_id": picking.id,
            "order_id": order.id,
            "shipped_at": picking.date_done,
            "line_ids": [
                (0, 0, {"line_id": line.id, "quantity": quantity})
                for line, quantity in quantities.items()
            ],
            **self._prepare_tracking_values(picking, parcels),
        }

    def _prepare_tracking_values(self, picking, parcels):
        return {
            "parcels": parcels,
            "tracking": ", ".join(number for number, _address in parcels),
            "carrier_id": picking.carrier_id.id,
        }

    def _quantities(self, picking, order, told, shipment=None):
        """Units per channel line that this transfer confirms, of those with any.

        At most what it added itself, what has left on the whole, and what the channel
        still wants; the latter less what other shipments confirm already.

        :param told: units by line, of shipments that are about to be stored.
        :param shipment: the transfer's own one, if it is stored already.
        """
        Quantity = self.env["channel.shipment.quantity"]
        quantities = {}
        lines = self._channel_lines(picking) & order.line_ids
        for line in lines.sorted("id"):
            others = line.shipment_line_ids.filtered(
                lambda row: row.shipment_id != shipment
            )
            before = sum(others.mapped("quantity")) + told[line] + line.handed_over
            quantity = min(
                Quantity._gain(line, picking),
                Quantity._delivered(line) - before,
                line.quantity - line.cancelled - before,
            )
            if quantity > 0:
                quantities[line] = quantity
        return quantities

    def _report(self, channel, picking, error):
        self.env["channel.issue"]._report(
            channel,
            "shipment_failed",
            f"picking:{picking.id}",
            self.env._(
                "The shipment of transfer %(picking)s cannot be prepared: %(error)s. "
                "Correct the transfer, then resolve this issue to try again.",
                picking=picking.name,
                error=error,
            ),
            picking=picking,
            order=picking.channel_order_id,
        )
