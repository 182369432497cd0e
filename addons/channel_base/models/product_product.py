from odoo import api, models

from ..services.content_dirty import is_content

PRICE_FIELDS = {"lst_price", "standard_price", "list_price", "taxes_id"}


class ProductProduct(models.Model):
    """Hooks that only note which products' prices or looks may differ."""

    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        self.env["channel.content.dirty"]._collect(products.product_tmpl_id.ids)
        return products

    def write(self, vals):
        result = super().write(vals)
        if PRICE_FIELDS & vals.keys():
            self.env["channel.intent"]._collect_prices(self.ids)
        if is_content(vals):
            self.env["channel.content.dirty"]._collect(self.product_tmpl_id.ids)
        return result

    def unlink(self):
        self.env["channel.content.dirty"]._collect(self.product_tmpl_id.ids)
        return super().unlink()
