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


class ProductAttribute(models.Model):
    """A hook: what options are called is part of how products look."""

    _inherit = "product.attribute"

    def write(self, vals):
        result = super().write(vals)
        if {"name", "sequence"} & vals.keys():
            self.env["channel.content.dirty"]._collect(self.product_tmpl_ids.ids)
        return result


class ProductAttributeValue(models.Model):
    """A hook, see ``product.attribute``."""

    _inherit = "product.attribute.value"

    def write(self, vals):
        result = super().write(vals)
        if {"name", "sequence"} & vals.keys():
            templates = self.pav_attribute_line_ids.product_tmpl_id
            self.env["channel.content.dirty"]._collect(templates.ids)
        return result
