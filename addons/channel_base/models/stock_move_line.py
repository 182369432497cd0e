from odoo import api, models


class StockMoveLine(models.Model):
    """Quantities that are corrected after they have left are told, too."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._channel_note_corrected()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "quantity" in vals or "product_uom_id" in vals:
            self._channel_note_corrected()
        return result

    def _channel_note_corrected(self):
        done = self.filtered(lambda line: line.state == "done")
        if done:
            done.picking_id._channel_note_shipment()
