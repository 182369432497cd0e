from collections import Counter

from odoo import models
from odoo.tools import float_round


class ReturnBalance(models.AbstractModel):
    """How many units of an order line have left, came back, and are still to come: the
    one place that knows, so that nothing is received twice."""

    _name = "channel.return.balance"
    _description = "Units That Come Back"

    def _sent(self, line):
        """Units of a ``channel.order.line`` that left for the buyer."""
        sale_line = self._sale_line(line)
        Quantity = self.env["channel.shipment.quantity"]
        return Quantity._delivered_by(sale_line, self._outgoing(line))

    def _returned(self, line):
        """Units that came back, by whatever transfer."""
        done = self._incoming(line).filtered(lambda move: move.state == "done")
        return self._units(line, done)

    def _coming(self, line):
        """Units that open transfers are to bring back."""
        done = self._incoming(line).filtered(lambda move: move.state == "done")
        return self._completed(line, self._open(line), done)

    def _to_come(self, line):
        """Units that left and that nothing brings back yet."""
        left = self._sent(line) - self._returned(line) - self._coming(line)
        return max(0, int(float_round(left, precision_digits=3)))

    def _unclaimed(self, line):
        """Units that came back and that no return counts as its own."""
        rows = self.env["channel.return.line"].search([("line_id", "=", line.id)])
        own = sum(self._units(line, row._done_moves()) + row.taken for row in rows)
        return max(0, int(float_round(self._returned(line) - own, precision_digits=3)))

    # --- moves ------------------------------------------------------------------------

    def _sale_line(self, line):
        return self.env["channel.shipment.quantity"]._sale_lines(line)[:1]

    def _outgoing(self, line):
        """Done moves to the buyer."""
        return self._sale_line(line).move_ids.filtered(
            lambda move: move.state == "done"
            and move.location_dest_id.usage == "customer"
        )

    def _incoming(self, line):
        """Moves from the buyer that are done or to be done."""
        return self._sale_line(line).move_ids.filtered(
            lambda move: move.state != "cancel" and move.location_id.usage == "customer"
        )

    def _open(self, line):
        return self._incoming(line).filtered(lambda move: move.state != "done")

    # --- units ------------------------------------------------------------------------

    def _units(self, line, moves):
        """Sold units in some moves; of kits as many as all their parts make up."""
        if not moves:
            return 0
        each, had = self._parts(line), Counter()
        for move in moves:
            had[move.product_id] += self._quantity(move)
        return min((had[product] / size for product, size in each.items()), default=0)

    def _completed(self, line, moves, done):
        """Units that open moves bring beside what done ones brought: of a kit, parts
        may be here already."""
        return self._units(line, moves | done) - self._units(line, done)

    def _parts(self, line):
        """Quantity of each product that left for one sold unit."""
        sent, each = self._sent(line), Counter()
        if sent <= 0:
            return each
        for move in self._outgoing(line):
            each[move.product_id] += self._quantity(move) / sent
        return each

    def _quantity(self, move):
        """Of a done move what it moved, of an open one what it is to move, in the
        product's unit."""
        quantity = move.quantity if move.state == "done" else move.product_uom_qty
        return move.product_uom._compute_quantity(
            quantity, move.product_id.uom_id, rounding_method="HALF-UP"
        )
