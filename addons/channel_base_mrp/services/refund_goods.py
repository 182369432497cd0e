from odoo import models


class RefundGoods(models.AbstractModel):
    """Kits that nobody wants any more are taken off part by part."""

    _inherit = "channel.refund.goods"

    def _reduce_parts(self, line, moves, units):
        """As long as the parts that have left, and that are to, make whole kits of the
        bill of materials as it is now."""
        sale_line = self.env["channel.shipment.quantity"]._sale_lines(line)[:1]
        kit = sale_line.product_id
        needed = self.env["channel.stock.kit"]._components(
            kit.ids, sale_line.company_id
        )
        needed = {part: float(n) for part, n in needed.get(kit.id, {}).items()}
        parts = moves.grouped("product_id")
        if not {part.id for part in parts} <= set(needed):
            return super()._reduce_parts(line, moves, units)
        still_open = {
            part: self._sum(self._last_steps(same), part.uom_id)
            for part, same in parts.items()
        }
        kits = {
            round((still_open[part] + self._left(sale_line, part)) / needed[part.id], 6)
            for part in parts
        }
        if len(kits) > 1:
            return super()._reduce_parts(line, moves, units)
        surplus = kits.pop() - line._wanted()
        for part, same in parts.items():
            gone = min(still_open[part], surplus * needed[part.id])
            if part.uom_id.compare(gone, 0) > 0:
                self._reduce(same, gone, part.uom_id)
        return 0

    def _left(self, sale_line, part):
        """Units of a part that are with the buyer."""
        done = sale_line.move_ids.filtered(
            lambda move: move.state == "done" and move.product_id == part
        )
        out = done.filtered(lambda move: move.location_dest_id.usage == "customer")
        back = done.filtered(lambda move: move.location_id.usage == "customer")
        return sum(out.mapped("product_qty")) - sum(back.mapped("product_qty"))
