from collections import defaultdict
from fractions import Fraction

from odoo import models


class StockKit(models.AbstractModel):
    """Kits by their bills of materials, exactly as sales explode them."""

    _inherit = "channel.stock.kit"

    def _components(self, product_ids, company):
        # the lines of bills of materials are not for everybody's eyes, what is left is
        products = self.env["product.product"].sudo().browse(product_ids)
        parts = self._parts(products, company)
        exploded = {}
        for product_id in parts:
            self._explode(product_id, parts, exploded)
        stored = self._stored({part for kit in exploded.values() for part in kit})
        return {
            kit_id: {
                part: units
                for part, units in exploded[kit_id].items()
                if part in stored
            }
            for kit_id in products.ids
            if kit_id in exploded
        }

    def _parts(self, products, company):
        """What kits and kits in them take, one level each; a query or two per level.

        :return: dict kit id -> list of (product id, units for one unit of the kit).
        """
        parts, seen = {}, products.browse()
        while products:
            seen |= products
            boms = self._bills(products, company)
            for kit, bom in boms.items():
                parts[kit.id] = [
                    (line.product_id.id, _units(kit, bom, line))
                    for line in bom.bom_line_ids
                    if not line._skip_bom_line(kit)
                ]
            parts_ids = {part for kit in boms for part, _units in parts[kit.id]}
            products = products.browse(parts_ids) - seen
        return parts

    def _bills(self, products, company):
        """Bills of those of some products that are kits: dict product -> bill.

        Odoo reads every product that it is asked about; most are no kits.
        """
        Bom = self.env["mrp.bom"].sudo()
        bills = Bom.search(
            [
                ("type", "=", "phantom"),
                ("product_tmpl_id.product_variant_ids", "in", products.ids),
            ]
        )
        kits = bills._kit_products() & products
        return Bom._bom_find(kits, company_id=company.id, bom_type="phantom")

    def _explode(self, kit_id, parts, exploded):
        """Units of components without parts of their own; ``exploded`` remembers."""
        if kit_id not in exploded:
            total = defaultdict(Fraction)
            for part_id, units in parts[kit_id]:
                if part_id in parts:
                    inner = self._explode(part_id, parts, exploded)
                    for component_id, inner_units in inner.items():
                        total[component_id] += units * inner_units
                else:
                    total[part_id] += units
            exploded[kit_id] = {
                part: units for part, units in total.items() if units > 0
            }
        return exploded[kit_id]

    def _stored(self, product_ids):
        products = self.env["product.product"].sudo().browse(product_ids)
        return set(products.filtered("is_storable").ids)

    def _containing(self, product_ids):
        found, parts = set(), set(product_ids)
        while parts:
            lines = (
                self.env["mrp.bom.line"]
                .sudo()
                .search(
                    [("product_id", "in", list(parts)), ("bom_id.type", "=", "phantom")]
                )
            )
            parts = set(lines.bom_id._kit_products().ids) - found
            found |= parts
        return found


def _units(kit, bom, line):
    """Units of a line's product, in its own unit, for one unit of the kit."""
    kits = _factor(kit.uom_id) / _factor(bom.product_uom_id) / _exact(bom.product_qty)
    return (
        kits
        * _exact(line.product_qty)
        * (_factor(line.product_uom_id) / _factor(line.product_id.uom_id))
    )


def _factor(uom):
    return _exact(uom.factor)


def _exact(number):
    """What people entered, not its binary neighbour."""
    return Fraction(repr(number))
