from odoo import models

from ..adapter import codec
from ..adapter.canonical import LineKind, Order


class RefundGoods(models.AbstractModel):
    """The goods of refunded lines: what was not shipped is taken off its transfers, so
    that it does not leave; what comes back is received."""

    _name = "channel.refund.goods"
    _description = "Goods of Refunded Lines"

    def _apply(self, order, external):
        """Bring the transfers of an order in line with the units that are left of it.

        :return: issues.
        """
        lines = order.line_ids.filtered(
            lambda line: line.kind == LineKind.PRODUCT.value and line.requires_shipping
        )
        kept = {line: self._take_off(line) for line in lines}
        issues = []
        stuck = [line for line, units in kept.items() if units]
        if stuck and not order.cancelled_at:
            issues.append(self._issue(order, "open", self._stuck(order, stuck)))
        Return = self.env["channel.refund.return"]
        back = {line: Return._receive(line, external) for line in lines}
        back = {line: units for line, units in back.items() if units}
        if back:
            issues.append(self._issue(order, "return", self._to_receive(order, back)))
        return issues

    def _apply_newest(self, orders):
        """The same for orders whose transfers came into being only now."""
        for order in orders:
            issues = self._apply(order, codec.loads(Order, order.snapshot))
            self.env["channel.order.trouble"]._report(issues)

    # --- units that were not shipped --------------------------------------------------

    def _take_off(self, line):
        """Take units that nobody wants any more off the open transfers.

        :return: units that a person must take off: parts of kits, and what a vendor is
            to send.
        """
        Quantity = self.env["channel.shipment.quantity"]
        sale_line = Quantity._sale_lines(line)[:1]
        moves = sale_line._channel_open_moves()
        left = max(0, line._wanted() - Quantity._delivered(line))
        if sale_line._channel_to_be_bought():
            return max(0, int(sale_line.product_uom_qty) - left)
        if not moves or self._ask_provider(moves, sale_line, line):
            return 0
        own = moves.filtered(lambda move: move.location_id.usage != "supplier")
        if not left and own == moves:
            moves._action_cancel()
            return 0
        surplus = max(0, self._open_units(sale_line, moves) - left)
        if own != moves:
            return max(surplus, 1)
        if moves.product_id != sale_line.product_id:
            return surplus and self._reduce_parts(line, moves, surplus)
        self._reduce(moves, surplus, sale_line.product_uom_id)
        return 0

    def _reduce_parts(self, line, moves, units):
        """Take units of what is sold off the transfers of its parts.

        Extended where it is known how many parts make one.

        :return: units that a person must take off.
        """
        return units

    def _ask_provider(self, moves, sale_line, line):
        """What a provider was told to ship is taken off when it agrees not to.

        :return: whether it was asked, or need not be: nothing can be taken off here.
        """
        sent = moves._channel_sent_pickings().shipping_order_id.with_env(self.env)
        left = max(0, line._wanted() - self._delivered(line))
        if sent and self._open_units(sale_line, moves) > left:
            sent._want_cancel("replan")
        return bool(sent._live())

    def _delivered(self, line):
        return self.env["channel.shipment.quantity"]._delivered(line)

    def _open_units(self, sale_line, moves):
        """Units that are still to leave; of kits what is left to deliver."""
        if moves.product_id != sale_line.product_id:
            return sale_line.product_uom_qty - sale_line.qty_delivered
        return self._sum(self._last_steps(moves), sale_line.product_uom_id)

    def _last_steps(self, moves):
        """Later steps may exist from the start, or come when the one before is done."""
        return moves.filtered(lambda move: not move.move_dest_ids & moves)

    def _reduce(self, moves, units, uom):
        """Lower the demand on every open step of the way by some units, the newest
        transfers first."""
        ended, lowered = moves.browse(), moves.browse()
        step = self._last_steps(moves)
        while step:
            surplus = units
            for move in step.sorted("id", reverse=True):
                size = self._sum(move, uom)
                part = min(surplus, size)
                surplus -= part
                if part and part == size:
                    ended |= move
                elif part:
                    move.product_uom_qty *= (size - part) / size
                    lowered |= move
            step = step.move_orig_ids & moves
        ended._action_cancel()
        lowered._action_assign()

    def _sum(self, moves, uom):
        return sum(
            move.product_uom._compute_quantity(
                move.product_uom_qty, uom, rounding_method="HALF-UP"
            )
            for move in moves
        )

    def _stuck(self, order, lines):
        return self.env._(
            "Units of order %(order)s were refunded at the channel before they were"
            " shipped: %(goods)s. They are part of a kit, or a vendor is to send them:"
            " take them off the transfers or purchases of %(sale)s by hand, then"
            " dismiss this issue.",
            order=order.name,
            goods=", ".join(line.product_id.display_name for line in lines),
            sale=order.sale_order_id.name,
        )

    # --- units that come back ---------------------------------------------------------

    def _to_receive(self, order, units_by_line):
        goods = ", ".join(
            f"{units} x {line.product_id.display_name}"
            for line, units in units_by_line.items()
        )
        return self.env._(
            "Order %(order)s: refunded goods are back (%(goods)s), and nobody but a"
            " person can say which lots they are, or whether a vendor takes them."
            " Receive them by returning the transfer of %(sale)s, then dismiss this"
            " issue.",
            order=order.name,
            goods=goods,
            sale=order.sale_order_id.name,
        )

    def _issue(self, order, part, message):
        return self.env["channel.order.trouble"]._value(
            order, "refund_unsupported", message, part=part
        )
