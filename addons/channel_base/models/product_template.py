from odoo import models

STOCK_FIELDS = {"type", "is_storable"}


class ProductTemplate(models.Model):
    """A hook that only notes which products' quantities may differ."""

    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if STOCK_FIELDS & vals.keys():
            variants = self.with_context(active_test=False).product_variant_ids
            self.env["channel.intent"]._collect_products(variants.ids)
        return result
