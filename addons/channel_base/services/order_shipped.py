from odoo import models

STEPS = 5  # pick, pack, ship, and some to spare


class OrderShipped(models.AbstractModel):
    """Units that had left already when their order was first seen, at a till for one:
    their transfers are done at once, so that nobody ships them again and stock goes
    down."""

    _name = "channel.order.shipped"
    _description = "Deliver What Has Left"

    def _deliver(self, orders):
        """Do the transfers of what the channel says is shipped, of just confirmed
        orders."""
        self._tell_stockless(orders)
        lines = orders.line_ids.filtered(lambda line: line.fulfilled > 0)
        targets = self._targets({line: line.fulfilled for line in lines})
        for line in lines:
            line.handed_over = line.fulfilled
        self._do(targets)

    def _follow(self, orders):
        """Do the transfers of what has left since from places that the marketplace
        ships from by itself: nobody here knows of it before."""
        delivered = self.env["channel.shipment.quantity"]._delivered
        units = {}
        for line in orders.line_ids.filtered("location_id.ships_alone"):
            gone = line.fulfilled - max(line.handed_over, delivered(line))
            if gone > 0 and line.order_id.sale_order_id.state == "sale":
                units[line] = gone
                line.handed_over = line.fulfilled
        if units:
            self._do(self._targets(units))

    def _do(self, targets):
        passed = set()
        for _step in range(STEPS):
            pickings = self._pick(targets, passed)
            if not pickings:
                return
            pickings.channel_handed_over = True
            pickings.with_context(tracking_disable=True)._action_done()

    def _tell_stockless(self, orders):
        """Of goods that others ship, sale orders know what the channel says."""
        for line in orders.filtered("stockless").line_ids:
            goods = line.sale_line_ids.filtered("channel_stockless")
            for sale_line in goods:
                units = min(line.fulfilled, sale_line.product_uom_qty)
                if sale_line.qty_delivered != units:
                    sale_line.qty_delivered = units

    def _targets(self, units):
        """What has left, by sale order line and part of it (kits have several).

        :param units: by order line.
        :return: dict (sale order line, part) -> quantity in the moves' unit.
        """
        targets = {}
        for line, gone in units.items():
            for sale_line in line.sale_line_ids.filtered("move_ids"):
                share = min(1.0, gone / sale_line.product_uom_qty)
                for move in sale_line.move_ids.filtered(
                    lambda m: not m.move_orig_ids and m.state != "cancel"
                ):
                    key = (sale_line, self._part(move))
                    targets[key] = targets.get(key, 0.0) + move.product_uom_qty * share
        return targets

    def _pick(self, targets, passed):
        """Mark what has left on the next open transfers, each place on the way once.

        :return: the transfers to be done.
        """
        pickings = self.env["stock.picking"]
        for (sale_line, part), quantity in targets.items():
            for move in sale_line.move_ids.filtered(
                lambda m, part=part: self._part(m) == part
            ):
                place = (sale_line, part, move.location_id)
                if move.state in ("done", "cancel", "waiting") or place in passed:
                    continue
                passed.add(place)
                units = min(quantity, move.product_uom_qty)
                if move.product_id.tracking != "none":
                    # which ones have left, nobody but a person can say of the others
                    units = min(units, self._reserved_lots(move))
                if units > 0:
                    self._take_from_place(move)
                    move.quantity = units
                    move.picked = True
                    pickings |= move.picking_id
        return pickings

    def _take_from_place(self, move):
        """What a till sold leaves the shelves that feed its place, not others of the
        same warehouse."""
        feeds = move.sale_line_id.channel_line_id.location_id.feed_ids
        inside = feeds.stock_location_id.filtered(
            lambda place: place != move.location_id
            and place.parent_path.startswith(move.location_id.parent_path)
        )
        if not inside or move.move_orig_ids or move.product_id.tracking != "none":
            return
        quant = self.env["stock.quant"]
        place = max(
            inside, key=lambda one: quant._get_available_quantity(move.product_id, one)
        )
        move._do_unreserve()
        move.location_id = place

    def _part(self, move):
        """What a move is of the sold product, on every step of its way.

        Extended for kits, which may take one product at several places.
        """
        return move.product_id

    def _reserved_lots(self, move):
        """Units of which lot or serial number is known."""
        return sum(move.move_line_ids.filtered("lot_id").mapped("quantity"))
