from odoo import api, models


class MrpBom(models.Model):
    """Hooks that only note which products' quantities may differ."""

    _inherit = "mrp.bom"

    @api.model_create_multi
    def create(self, vals_list):
        boms = super().create(vals_list)
        boms._collect_kits()
        return boms

    def write(self, vals):
        self._collect_kits()
        result = super().write(vals)
        self._collect_kits()
        return result

    def unlink(self):
        self._collect_kits()
        return super().unlink()

    def _collect_kits(self):
        kits = self.filtered(lambda bom: bom.type == "phantom")._kit_products()
        if kits:
            self.env["channel.intent"]._collect_products(kits.ids)

    def _kit_products(self):
        """The products that these bills of materials are for."""
        templates = self.filtered(lambda bom: not bom.product_id).product_tmpl_id
        return self.product_id | templates.product_variant_ids
