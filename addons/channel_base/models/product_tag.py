from odoo import models


class ProductTag(models.Model):
    """A hook: names of tags are part of how products look."""

    _inherit = "product.tag"

    def write(self, vals):
        result = super().write(vals)
        self.env["channel.content.dirty"]._collect(self.product_template_ids.ids)
        return result
