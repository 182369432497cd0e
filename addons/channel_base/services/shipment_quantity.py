from odoo import models
from odoo.tools import float_round


class ShipmentQuantity(models.AbstractModel):
    """How many units of a channel's order lines left with which transfer."""

    _name = "channel.shipment.quantity"
    _description = "Channel Shipment Quantities"

    def _gain(self, line, picking):
        """Whole units that a done transfer added to what is delivered of an order line.

        :param line: ``channel.order.line``.
        """
        until = self._delivered(line, upto=picking)
        before = self._delivered(line, upto=picking, without=picking)
        return max(0, until - before)

    def _delivered(self, line, upto=None, without=None):
        """Whole units delivered of one order line, returned ones not counted.

        :param upto: count what left no later than this transfer.
        :param without: leave this transfer's goods out.
        """
        quantity = sum(
            self._delivered_by(sale_line, self._moves(sale_line, upto, without))
            for sale_line in self._sale_lines(line)
        )
        return int(float_round(quantity, precision_digits=0, rounding_method="DOWN"))

    def _moves(self, sale_line, upto, without):
        last = self._moment(upto) if upto else None
        return sale_line.move_ids.filtered(
            lambda move: move.state == "done"
            and (not last or self._moment_of_move(move) <= last)
            and (not without or move.picking_id != without)
        )

    def _delivered_by(self, sale_line, moves):
        """Units of a sale order line that some done moves delivered, in its own unit.

        Extended for kits, whose moves are those of components.
        """
        outgoing, incoming = sale_line._get_outgoing_incoming_moves()
        return self._sum(sale_line, outgoing & moves) - self._sum(
            sale_line, incoming & moves
        )

    def _sum(self, sale_line, moves):
        return sum(
            move.product_uom._compute_quantity(
                move.quantity, sale_line.product_uom_id, rounding_method="HALF-UP"
            )
            for move in moves
        )

    def _ordered(self, line):
        """Units of one order line that were brought into Odoo."""
        return int(sum(self._sale_lines(line).mapped("product_uom_qty")))

    def _sale_lines(self, line):
        """The sale order lines that hold a channel line's goods (not its discounts)."""
        return line.sale_line_ids.filtered(
            lambda sale_line: sale_line.qty_delivered_method == "stock_move"
            and sale_line.state != "cancel"
        )

    def _moment(self, picking):
        return picking.date_done, picking.id

    def _moment_of_move(self, move):
        return move.picking_id.date_done or move.date, move.picking_id.id
