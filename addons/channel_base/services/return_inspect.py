from odoo import models
from odoo.exceptions import UserError


class ReturnInspect(models.AbstractModel):
    """Receives returned goods as the warehouse decides: back to stock, to another
    location, to be scrapped, or never come."""

    _name = "channel.return.inspect.apply"
    _description = "Receive Returned Goods"

    def _apply(self, row, decisions, person):
        """Do the transfers of a return as decided; what is not named is still awaited.

        :param decisions: list of dicts: ``move`` (open, of the return), ``quantity`` in
            the product's unit, ``disposition``, and where they are known ``lot`` and
            ``location``.
        :param person: who decided. :raises UserError: for more than is awaited, or
            without a lot where goods have one.
        """
        decisions = self._spread(row, decisions)
        self._check(row, decisions)
        self._check_places(decisions)
        moves = self.env["stock.move"].union(*(one["move"] for one in decisions))
        done, scraps = moves.browse(), []
        for move in moves:
            mine = [one for one in decisions if one["move"] == move]
            done |= self._move(move, mine, scraps)
        self._note(row, decisions, person)
        for picking in done.picking_id:
            picking.with_context(tracking_disable=True)._action_done()
        self._scrap(row, scraps)

    def _spread(self, row, decisions):
        """Share what people say of a product among the moves that await it: they need
        not know how many there are."""
        open_moves = row.line_ids._open_moves()
        left = {move: move.product_qty for move in open_moves}
        shared = []
        for one in decisions:
            wanted = one["quantity"]
            for move in one["move"] | self._like(open_moves, one):
                part = min(wanted, left.get(move, 0))
                if part > 0:
                    left[move] -= part
                    wanted -= part
                    shared.append(one | {"move": move, "quantity": part})
            if one["move"].product_id.uom_id.compare(wanted, 0) > 0:
                shared.append(one | {"quantity": wanted})  # refused below
        return shared

    def _like(self, moves, one):
        """The other moves that the same goods could come by."""
        return moves.filtered(
            lambda move: move.product_id == one["move"].product_id
            and (not one.get("lot") or one["lot"] in self._lots(move))
        )

    def _lots(self, move):
        """Lots that were delivered, by the transfer that is sent back if one is."""
        sent = move.origin_returned_move_id or self.env[
            "channel.return.balance"
        ]._outgoing(move.channel_return_line_id.line_id)
        return sent.move_line_ids.lot_id

    def _check(self, row, decisions):
        open_moves = row.line_ids._open_moves()
        for move in open_moves:
            mine = [one for one in decisions if one["move"] == move]
            wanted = self.env["channel.return.balance"]._quantity(move)
            total = sum(one["quantity"] for one in mine)
            if move.product_id.uom_id.compare(total, wanted) > 0:
                raise UserError(
                    self.env._(
                        "%(product)s: %(total)s are named, and %(wanted)s are awaited."
                        " Receive more by a transfer of your own.",
                        product=move.product_id.display_name,
                        total=total,
                        wanted=wanted,
                    )
                )
            self._check_lots(move, mine)
        if any(one["move"] not in open_moves for one in decisions):
            raise UserError(
                self.env._("Somebody received these goods meanwhile. Look again.")
            )

    def _check_places(self, decisions):
        for one in decisions:
            if one["disposition"] == "other" and not one.get("location"):
                raise UserError(
                    self.env._(
                        "%s: choose the location that the goods go to.",
                        one["move"].product_id.display_name,
                    )
                )

    def _check_lots(self, move, decisions):
        if move.product_id.tracking == "none":
            return
        sent = self._lots(move)
        for one in decisions:
            if one["disposition"] != "missing" and one.get("lot") not in sent:
                raise UserError(
                    self.env._(
                        "%(product)s: say which lot or serial number came back. These"
                        " were delivered: %(lots)s.",
                        product=move.product_id.display_name,
                        lots=", ".join(sent.mapped("name")),
                    )
                )

    # --- moves ------------------------------------------------------------------------

    def _move(self, move, decisions, scraps):
        """Fill in one move; what goes elsewhere gets a move of its own.

        :param scraps: gets what is to be scrapped afterwards.
        :return: the moves to be done.
        """
        done = move.browse()
        here = [one for one in decisions if self._stays(move, one)]
        for one in decisions:
            if one in here:
                continue
            part = self._split(move, one["quantity"])
            if one["disposition"] == "missing":
                part._action_cancel()
                continue
            part.location_dest_id = self._destination(part, one)
            self._fill(part, [one])
            done |= part
            if one["disposition"] == "scrap":
                scraps.append((part, one))
        if here:
            self._fill(move, here)
            done |= move
        return done

    def _stays(self, move, one):
        """Whether units go where the transfer takes them anyway."""
        location = one.get("location")
        return one["disposition"] == "restock" and (
            not location or location == move.location_dest_id
        )

    def _destination(self, move, one):
        """Scrap is taken from the stock location: no further step moves it on."""
        chosen = one.get("location")
        return chosen or move.picking_type_id.warehouse_id.lot_stock_id

    def _split(self, move, quantity):
        """A move of its own for a part of a move; the whole move if it is all."""
        if move.product_id.uom_id.compare(quantity, move.product_qty) >= 0:
            return move
        part = move.create(move._split(quantity))
        part._action_confirm(merge=False)
        return part

    def _fill(self, move, decisions):
        move.move_line_ids.unlink()
        move.move_line_ids.create(
            [
                {
                    "move_id": move.id,
                    "picking_id": move.picking_id.id,
                    "product_id": move.product_id.id,
                    "product_uom_id": move.product_id.uom_id.id,
                    "quantity": one["quantity"],
                    "lot_id": one["lot"].id if one.get("lot") else False,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
                for one in decisions
            ]
        )
        move.picked = True

    def _scrap(self, row, scraps):
        for move, one in scraps:
            scrap = self.env["stock.scrap"].create(
                {
                    "product_id": move.product_id.id,
                    "product_uom_id": move.product_id.uom_id.id,
                    "scrap_qty": one["quantity"],
                    "lot_id": one["lot"].id if one.get("lot") else False,
                    "location_id": move.location_dest_id.id,
                    "origin": row.name,
                    "company_id": row.company_id.id,
                    "picking_id": move.picking_id.id,
                }
            )
            scrap.do_scrap()

    # --- history ----------------------------------------------------------------------

    def _note(self, row, decisions, person):
        self.env["channel.return.inspection"].create(
            [
                {
                    "line_id": one["move"].channel_return_line_id.id,
                    "product_id": one["move"].product_id.id,
                    "lot_id": one["lot"].id if one.get("lot") else False,
                    "quantity": one["quantity"],
                    "disposition": one["disposition"],
                    "location_id": one["location"].id if one.get("location") else False,
                    "picking_id": one["move"].picking_id.id,
                    "user_id": person.id,
                }
                for one in decisions
            ]
        )

    # --- by a refund ------------------------------------------------------------------

    def _complete(self, line, units, target):
        """The channel says that units are back on its shelf: the open transfers of
        returns bring them.

        :param line: ``channel.order.line``. :param units: at most so many.
        :param target: where they are, empty: where the transfers take them.
        :return: units that these transfers have brought, or wait for a person to bring,
            for nobody else can say which lots they are.
        """
        Balance = self.env["channel.return.balance"]
        covered = 0
        rows = self.env["channel.return.line"].search([("line_id", "=", line.id)])
        for returned in rows:
            moves = returned._open_moves()
            part = int(min(units - covered, Balance._units(line, moves)))
            if part <= 0:
                continue
            covered += part
            if set(moves.product_id.mapped("tracking")) == {"none"}:
                decisions = self._restock(line, moves, part, target)
                self._apply(returned.return_id, decisions, self.env.user)
                returned.return_id._look_again()
        return covered

    def _restock(self, line, moves, units, target):
        wanted = {
            product: product.uom_id.round(size * units)
            for product, size in self.env["channel.return.balance"]._parts(line).items()
        }
        decisions = []
        for move in moves:
            part = min(wanted.get(move.product_id, 0), move.product_qty)
            if part > 0:
                wanted[move.product_id] -= part
                decisions.append(
                    {
                        "move": move,
                        "quantity": part,
                        "disposition": "restock",
                        "location": target,
                    }
                )
        return decisions
