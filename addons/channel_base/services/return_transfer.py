from collections import Counter

from odoo import models


class ReturnTransfer(models.AbstractModel):
    """Transfers that bring back what a buyer returns, made of those that it left
    with."""

    _name = "channel.return.transfer"
    _description = "Transfers of Returns"

    def _prepare(self, row):
        """See that a transfer is to bring all that a return has delivered goods of.

        :return: lines whose units nothing brings yet.
        """
        unmade = row.line_ids.browse()
        for line in row.line_ids.filtered("line_id"):
            units = self._wanted(line)
            if units > 0:
                units -= self._bring(line, units)
            if units > 0:
                unmade |= line
        return unmade

    def _wanted(self, line):
        """Units of a return's line that are neither back nor on their way, after it was
        credited with those that came back before."""
        Balance = self.env["channel.return.balance"]
        coming = self._coming(line)
        units = int(line.quantity - line._settled() - coming)
        taken = min(units, Balance._unclaimed(line.line_id))
        if taken > 0:
            line.taken += taken
            units -= taken
        return units - self._adopt(line, units)

    def _coming(self, line):
        """Units that the open transfers of a return's line are to bring."""
        return self.env["channel.return.balance"]._completed(
            line.line_id, line._open_moves(), line._done_moves()
        )

    def _adopt(self, line, units):
        """Take over transfers that a person made for the same goods.

        :return: the units that they bring.
        """
        Balance = self.env["channel.return.balance"]
        size = Balance._parts(line.line_id)
        before = Balance._units(line.line_id, line._open_moves())
        left = {product: part * units for product, part in size.items()}
        for move in Balance._open(line.line_id):
            part = min(left.get(move.product_id, 0), Balance._quantity(move))
            if move.channel_return_line_id or part <= 0:
                continue
            left[move.product_id] -= part
            self._cut(move, part)
            move.channel_return_line_id = line
        return int(Balance._units(line.line_id, line._open_moves()) - before)

    def _cut(self, move, part):
        """Leave a part of a move to it, and the rest to another one."""
        rest = move.product_id.uom_id.round(move.product_qty - part)
        if rest > 0:
            move.create(move._split(rest))._action_confirm(merge=False)
            move._action_assign()

    def _bring(self, line, units):
        """Make transfers for some units.

        :return: as many as have left and are free to come back.
        """
        Balance = self.env["channel.return.balance"]
        units = min(units, Balance._to_come(line.line_id))
        moves = Balance._outgoing(line.line_id)
        if units <= 0 or any(move.location_id.usage == "supplier" for move in moves):
            return 0
        shares = self._shares(line, units)
        for picking, same in (
            moves.browse(m.id for m in shares).grouped("picking_id").items()
        ):
            self._return(line, picking, {move: shares[move] for move in same})
        return units

    def _shares(self, line, units):
        """Quantity to return by move, those that left last first."""
        Balance = self.env["channel.return.balance"]
        each = Balance._parts(line.line_id)
        wanted = Counter(
            {
                product: product.uom_id.round(size * units)
                for product, size in each.items()
            }
        )
        shares = {}
        for move in Balance._outgoing(line.line_id).sorted("id", reverse=True):
            back = move.returned_move_ids.filtered(lambda m: m.state != "cancel")
            left = Balance._quantity(move) - sum(map(Balance._quantity, back))
            part = min(left, wanted[move.product_id])
            if part > 0:
                shares[move] = part
                wanted[move.product_id] -= part
        return shares

    def _return(self, line, picking, shares):
        """Bring some quantities of one transfer: added to its open return, if this
        return has one."""
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for part in wizard.product_return_moves:
            quantity = shares.get(part.move_id, 0)
            part.quantity = part.product_id.uom_id._compute_quantity(
                quantity, part.uom_id
            )
        back = wizard.with_context(tracking_disable=True)._create_return()
        back.move_ids.channel_return_line_id = line
        back.origin = self.env._(
            "%(returned)s of %(order)s",
            returned=line.return_id.name,
            order=line.line_id.order_id.name,
        )
        self._join(line.return_id, picking, back)

    def _join(self, row, picking, back):
        """One transfer for all lines that left together."""
        others = (row.line_ids._open_moves().picking_id - back).filtered(
            lambda other: other.return_id == picking and other.state != "done"
        )
        if others:
            moves = back.move_ids
            moves.picking_id = others[0]
            moves.move_line_ids.picking_id = others[0]
            back.unlink()

    def _lower(self, row):
        """What the buyer keeps after all is not awaited any more."""
        Balance = self.env["channel.return.balance"]
        for line in row.line_ids.filtered("line_id"):
            moves = line._open_moves()
            coming = self._coming(line)
            surplus = min(coming, line._settled() + coming - line.quantity)
            if not line.quantity:
                self._drop(moves)
            elif surplus > 0:
                each = Balance._parts(line.line_id)
                self._drop(self._parts_of(moves, each, surplus))

    def _parts_of(self, moves, each, units):
        """Moves that bring just some units, split from those that bring more."""
        found = moves.browse()
        left = {product: size * units for product, size in each.items()}
        for move in moves.sorted("id", reverse=True):
            quantity = self.env["channel.return.balance"]._quantity(move)
            part = min(quantity, move.product_id.uom_id.round(left[move.product_id]))
            left[move.product_id] -= part
            if part == quantity:
                found |= move
            elif part > 0:
                split = move.create(move._split(part))
                split._action_confirm(merge=False)
                found |= split
        return found

    def _drop(self, moves):
        """No person cancelled these: they are the return's no longer."""
        moves.channel_return_line_id = False
        moves._action_cancel()

    def _cancel(self, row):
        """Nothing is to come any more."""
        row.line_ids._open_moves()._action_cancel()
