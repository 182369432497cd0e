from odoo import Command, models
from odoo.exceptions import UserError

from ..adapter import codec
from ..adapter.shipping import WarehouseShipment
from .plain import clean


class ShippingBook(models.AbstractModel):
    """Books one shipment of a provider: its transfer is done with exactly what left;
    the rest becomes a backorder that the provider still has."""

    _name = "channel.shipping.book"
    _description = "Book a Shipment of a Provider"

    def _book(self, shipment):
        """:raises UserError: for goods that no transfer can book; the text says why."""
        order = shipment.shipping_order_id
        told = codec.loads(WarehouseShipment, shipment.content)
        picking = order._open_picking()[:1]
        if not picking:
            raise UserError(
                self.env._("no transfer of it is open: make a delivery by hand")
            )
        parts = [(self._line(order, line), line) for line in told.lines]
        self._fill(picking, parts)
        picking.write(self._prepare_tracking(order, shipment, told))
        picking.with_context(tracking_disable=True)._action_done()
        picking.date_done = shipment.shipped_at
        # the provider still has the rest of it
        picking.backorder_ids.write({"shipping_order_id": order.id, "printed": True})
        for line, part in parts:
            line.shipped += part.quantity
        shipment.picking_id = picking
        self.env["channel.issue"]._settle(
            order.channel_id, "shipping_report", [f"shipment:{shipment.key}"]
        )

    def _line(self, order, part):
        """The order's line that units belong to: by its key, else by the SKU."""
        lines = order.line_ids.filtered(
            lambda line: line.key == part.line if part.line else line.sku == part.sku
        )
        open_ones = lines.filtered(lambda line: line.shipped < line.quantity)
        if not lines:
            raise UserError(
                self.env._("%s was not ordered with it", part.sku or part.line)
            )
        return (open_ones or lines)[:1]

    # --- the transfer -----------------------------------------------------------------

    def _fill(self, picking, parts):
        """Replace what was reserved by what left: the provider is right, also about
        lots, and about units that there should not be."""
        moves = picking.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        moves.picked = False
        moves.move_line_ids.unlink()
        for line, part in parts:
            move = moves.filtered(
                lambda m, line=line: m.product_id == line.product_id
                and m.sale_line_id == line.sale_line_id
            )[:1]
            if not move:
                raise UserError(
                    self.env._(
                        "%(picking)s has no %(product)s left to send",
                        picking=picking.name,
                        product=line.product_id.display_name,
                    )
                )
            move.move_line_ids = [
                Command.create(values) for values in self._prepare_units(move, part)
            ]
            move.picked = True

    def _prepare_units(self, move, part):
        product = move.product_id
        values = {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "picking_id": move.picking_id.id,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "picked": True,
        }
        if part.serials:
            for serial in part.serials:
                lot = self._lot(product, serial)
                yield values | {"quantity": 1, "lot_id": lot.id}
        else:
            lot = self._lot(product, part.lot)
            yield values | {"quantity": part.quantity, "lot_id": lot.id}

    def _lot(self, product, name):
        """The lot of this name; made where the provider knows it first."""
        Lot = self.env["stock.lot"]
        if product.tracking == "none" or not name:
            return Lot
        key = {"product_id": product.id, "name": clean(name)}
        found = Lot.search([(field, "=", value) for field, value in key.items()])
        return found[:1] or Lot.create(key)

    # --- the parcels ------------------------------------------------------------------

    def _prepare_tracking(self, order, shipment, told):
        values = {"carrier_tracking_ref": shipment.tracking}
        carrier = self._carrier(order.channel_id, told.parcels)
        return values | ({"carrier_id": carrier.id} if carrier else {})

    def _carrier(self, channel, parcels):
        """Our carrier for the provider's; one that is new gets a row to fill in."""
        names = [parcel.carrier for parcel in parcels if parcel.carrier]
        if not names:
            return self.env["delivery.carrier"]
        Mapping = self.env["channel.mapping"]
        key = {
            "channel_id": channel.id,
            "kind": "parcel_carrier",
            "external_code": clean(names[0]),
        }
        found = Mapping.search([(field, "=", value) for field, value in key.items()])
        found = found or Mapping.create(key | {"external_name": clean(names[0])})
        return found.carrier_id
