from collections import Counter

from odoo import models


class RefundReturn(models.AbstractModel):
    """Goods that the channel has put back on its shelf come back here by done returns
    of the transfers that they left with."""

    _name = "channel.refund.return"
    _description = "Returns of Refunded Goods"

    def _receive(self, line, external):
        """Receive the units of an order line that came back.

        :return: units that a person must receive: lots are kept of them, or a vendor
            has sent them.
        """
        units, sent = self._coming_back(line, external)
        if units > 0:
            units -= self.env["channel.return.inspect.apply"]._complete(
                line, units, self._target(line, external)
            )
        Balance = self.env["channel.return.balance"]
        by_hand = Balance._open(line).filtered(lambda m: not m.channel_return_line_id)
        if units <= 0 or by_hand:
            return 0
        moves = Balance._outgoing(line)
        if set(moves.product_id.mapped("tracking")) != {"none"} or any(
            move.location_id.usage == "supplier" for move in moves
        ):
            return units
        wanted = self._wanted(moves, units / sent)
        for picking in moves.picking_id.sorted("id", reverse=True):
            self._return(picking, wanted, self._target(line, external))
        return 0

    def _coming_back(self, line, external):
        """Units that were put back there, that left here, and that did not come back.

        :return: them, and all that have left.
        """
        restocked = sum(
            part.quantity for part in self._parts(line, external) if part.restock
        )
        if restocked <= line.cancelled:
            return 0, 0
        Balance = self.env["channel.return.balance"]
        sent = Balance._sent(line)
        back = Balance._returned(line)
        return int(min(restocked - line.cancelled, sent) - back), sent

    def _parts(self, line, external):
        return [
            part
            for refund in external.refunds
            for part in refund.lines
            if part.line == line.external_id
        ]

    def _wanted(self, moves, share):
        """Quantity to return by product: kits come back with all their parts."""
        wanted = Counter()
        for move in moves:
            wanted[move.product_id] += move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id
            )
        return Counter(
            {product: product.uom_id.round(n * share) for product, n in wanted.items()}
        )

    def _return(self, picking, wanted, target):
        """Return as much of what is wanted as left with a transfer; what it brings is
        taken off ``wanted``."""
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for row in wizard.product_return_moves:
            left = row.move_id.quantity - sum(
                row.move_id.returned_move_ids.filtered(
                    lambda move: move.state != "cancel"
                ).mapped("quantity")
            )
            row.quantity = max(0, min(left, wanted[row.product_id]))
            wanted[row.product_id] -= row.quantity
        if not any(wizard.product_return_moves.mapped("quantity")):
            return
        back = wizard._create_return()
        back.location_dest_id = target or back.location_dest_id
        for move in back.move_ids:
            move.location_dest_id = back.location_dest_id
            move.quantity = move.product_uom_qty
            move.picked = True
        back.with_context(tracking_disable=True)._action_done()

    def _target(self, line, external):
        """Where the channel says that the units are; empty: where they left from."""
        codes = [part.location for part in self._parts(line, external) if part.location]
        place = codes and self.env["channel.location"].search(
            [
                ("channel_id", "=", line.channel_id.id),
                ("external_id", "=", codes[-1]),
            ]
        )
        if not place:
            return self.env["stock.location"]
        fed_by = place.feed_ids.stock_location_id
        return (
            place.warehouse_id.lot_stock_id
            or fed_by.filtered(lambda location: location.usage == "internal")[:1]
            or fed_by.warehouse_id[:1].lot_stock_id
        )
