from odoo import api, models


class ProductPricelistItem(models.Model):
    """Hooks that only note which products' prices may differ."""

    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._collect_prices()
        return items

    def write(self, vals):
        self._collect_prices()
        result = super().write(vals)
        self._collect_prices()
        return result

    def unlink(self):
        self._collect_prices()
        return super().unlink()

    def _collect_prices(self):
        """The products that rules name, or all where one names none."""
        intents = self.env["channel.intent"]
        templates = self.product_tmpl_id | self.product_id.product_tmpl_id
        if self.filtered(lambda item: not (item.product_tmpl_id or item.product_id)):
            intents._collect_prices()
        elif templates:
            variants = templates.with_context(active_test=False).product_variant_ids
            intents._collect_prices(variants.ids)
