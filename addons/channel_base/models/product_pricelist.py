from odoo import models
from odoo.fields import Domain


class ProductPricelist(models.Model):
    """Pricelists can tell the price without sales, that is without rules with dates."""

    _inherit = "product.pricelist"

    def _get_applicable_rules_domain(self, products, date, regular=False, **kwargs):
        domain = super()._get_applicable_rules_domain(products, date, **kwargs)
        if regular:
            domain = Domain(domain) & Domain("date_start", "=", False)
            domain &= Domain("date_end", "=", False)
        return domain

    def write(self, vals):
        result = super().write(vals)
        if {"currency_id", "active", "item_ids"} & vals.keys():
            self.env["channel.intent"]._collect_prices()
        return result
