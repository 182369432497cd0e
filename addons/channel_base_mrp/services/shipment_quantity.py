from odoo import models


class ShipmentQuantity(models.AbstractModel):
    """Kits leave as components: what counts is whole kits, as Odoo counts them."""

    _inherit = "channel.shipment.quantity"

    def _delivered_by(self, sale_line, moves):
        parts = sale_line.move_ids.bom_line_id
        if not parts:
            return super()._delivered_by(sale_line, moves)
        kit = self._kit(sale_line, parts)
        if not kit or any(move._is_dropshipped() for move in sale_line.move_ids):
            return self._all_or_nothing(sale_line, moves)
        ordered = sale_line.product_uom_id._compute_quantity(
            sale_line.product_uom_qty, kit.product_uom_id
        )
        filters = {
            # Odoo's names are those of a purchase: what the buyer gets, and gives back
            "incoming_moves": lambda move: move._is_outgoing()
            and (not move.origin_returned_move_id or move.to_refund),
            "outgoing_moves": lambda move: move._is_incoming() and move.to_refund,
        }
        delivered = moves._compute_kit_quantities(
            sale_line.product_id, ordered, kit, filters
        )
        return kit.product_uom_id._compute_quantity(delivered, sale_line.product_uom_id)

    def _kit(self, sale_line, parts):
        """The bill of materials by which the sold product was broken up."""
        product = sale_line.product_id
        used = parts.bom_id.filtered(
            lambda bom: bom.type == "phantom"
            and product in (bom.product_id or bom.product_tmpl_id.product_variant_ids)
        )
        return (
            used[:1]
            or used._bom_find(
                product, company_id=sale_line.company_id.id, bom_type="phantom"
            )[product]
        )

    def _all_or_nothing(self, sale_line, moves):
        """Moves that come from a purchase do not tell of which kit they are a part."""
        wanted = sale_line.move_ids.filtered(
            lambda move: move.state != "cancel"
            and move.location_dest_id.usage == "customer"
        )
        return sale_line.product_uom_qty if wanted and wanted <= moves else 0.0
