from odoo import models


class ProductTemplateAttributeValue(models.Model):
    """A hook that only notes which products' prices may differ."""

    _inherit = "product.template.attribute.value"

    def write(self, vals):
        result = super().write(vals)
        if "price_extra" in vals:
            templates = self.product_tmpl_id.with_context(active_test=False)
            variants = templates.product_variant_ids
            self.env["channel.intent"]._collect_prices(variants.ids)
        return result
