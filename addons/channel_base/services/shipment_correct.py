from odoo import models


class ShipmentCorrect(models.AbstractModel):
    """Quantities of done transfers that people correct: more is told again, and less
    than was told is left to them."""

    _name = "channel.shipment.correct"
    _description = "Corrected Channel Shipments"

    def _correct(self, shipment, quantities):
        """Take over what its transfer delivers by now.

        :param quantities: units by channel line that the shipment confirms by now.
        :return: whether there is something else to tell.
        """
        rows = {row.line_id: row for row in shipment.line_ids}
        changed = {
            line: units
            for line, units in quantities.items()
            if line not in rows or rows[line].quantity < units
        }
        if not self._is_told(shipment):
            changed |= {
                line: quantities.get(line, 0)
                for line, row in rows.items()
                if row.quantity != quantities.get(line, 0)
            }
        if changed:
            shipment.line_ids = [
                self._command(line, rows.get(line), units)
                for line, units in changed.items()
            ]
        return bool(changed)

    def _is_told(self, shipment):
        return bool(shipment.confirmed_at) or shipment.state == "sent"

    def _command(self, line, row, units):
        if row and units:
            return (1, row.id, {"quantity": units})
        if row:
            return (2, row.id, 0)
        return (0, 0, {"line_id": line.id, "quantity": units})

    def _check(self, channel, shipments):
        """Say of which shipments less has left than the channel was told, and close the
        issues that no longer hold."""
        held = {shipment: self._lowered(shipment) for shipment in shipments}
        over = [self._value(shipment) for shipment, rows in held.items() if not rows]
        self.env["channel.issue"]._settle(
            channel, "conflict", [values["subject"] for values in over]
        )
        self.env["channel.order.trouble"]._report(
            [
                self._value(shipment, self._message(shipment, rows))
                for shipment, rows in held.items()
                if rows
            ]
        )

    def _lowered(self, shipment):
        """Rows of which less has left by now, also together with other transfers."""
        Quantity = self.env["channel.shipment.quantity"]
        return shipment.line_ids.filtered(
            lambda row: Quantity._gain(row.line_id, shipment.picking_id) < row.quantity
            and Quantity._delivered(row.line_id)
            < sum(row.line_id.shipment_line_ids.mapped("quantity"))
        )

    def _value(self, shipment, message=""):
        return self.env["channel.order.trouble"]._value(
            shipment.order_id,
            "conflict",
            message,
            part=f"lowered:{shipment.picking_id.id}",
            picking=shipment.picking_id,
        )

    def _message(self, shipment, rows):
        picking = shipment.picking_id
        gain = self.env["channel.shipment.quantity"]._gain
        goods = ", ".join(
            self.env._(
                "%(left)s of %(product)s instead of %(told)s",
                left=gain(row.line_id, picking),
                product=row.line_id.product_id.display_name or row.line_id.title,
                told=row.quantity,
            )
            for row in rows
        )
        return self.env._(
            "Transfer %(picking)s of order %(order)s was corrected after %(channel)s"
            " had been told of it: %(goods)s. The channel takes no shipment back."
            " Correct it there, or send what is missing, then dismiss this issue; if"
            " the transfer was right before, correct it back, and this issue closes by"
            " itself.",
            picking=picking.name,
            order=shipment.order_id.name,
            channel=shipment.channel_id.name,
            goods=goods,
        )
