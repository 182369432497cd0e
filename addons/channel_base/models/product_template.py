from odoo import models

from ..services.content_dirty import is_content

STOCK_FIELDS = {"type", "is_storable"}
PRICE_FIELDS = {"list_price", "taxes_id", "categ_id", "uom_id", "standard_price"}


class ProductTemplate(models.Model):
    """Hooks that only note which products' quantities, prices or looks may differ."""

    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if STOCK_FIELDS & vals.keys():
            variants = self.with_context(active_test=False).product_variant_ids
            self.env["channel.intent"]._collect_products(variants.ids)
        if PRICE_FIELDS & vals.keys():
            variants = self.with_context(active_test=False).product_variant_ids
            self.env["channel.intent"]._collect_prices(variants.ids)
        if is_content(vals):
            self.env["channel.content.dirty"]._collect(self.ids)
        return result

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        result = super()._update_field_translations(
            field_name, translations, digest, source_lang
        )
        self.env["channel.content.dirty"]._collect(self.ids)
        return result
