from odoo import api, models


class MrpBomLine(models.Model):
    """Hooks that only note which products' quantities may differ."""

    _inherit = "mrp.bom.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.bom_id._collect_kits()
        return lines

    def write(self, vals):
        self.bom_id._collect_kits()
        return super().write(vals)

    def unlink(self):
        self.bom_id._collect_kits()
        return super().unlink()
