from odoo import models

STOCK_FIELDS = {"type", "is_storable"}
PRICE_FIELDS = {"list_price", "taxes_id", "categ_id", "uom_id", "standard_price"}


class ProductTemplate(models.Model):
    """Hooks that only note which products' quantities and prices may differ."""

    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if STOCK_FIELDS & vals.keys():
            variants = self.with_context(active_test=False).product_variant_ids
            self.env["channel.intent"]._collect_products(variants.ids)
        if PRICE_FIELDS & vals.keys():
            variants = self.with_context(active_test=False).product_variant_ids
            self.env["channel.intent"]._collect_prices(variants.ids)
        return result
