from odoo import models

PRICE_FIELDS = {"lst_price", "standard_price", "list_price", "taxes_id"}


class ProductProduct(models.Model):
    """A hook that only notes which products' prices may differ."""

    _inherit = "product.product"

    def write(self, vals):
        result = super().write(vals)
        if PRICE_FIELDS & vals.keys():
            self.env["channel.intent"]._collect_prices(self.ids)
        return result
