from odoo import api, models

WATCHED = {"quantity", "location_id"}


class StockQuant(models.Model):
    """Hooks that only note which products' quantities may differ."""

    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        self.env["channel.intent"]._collect_products(quants.product_id.ids)
        return quants

    def write(self, vals):
        if WATCHED & vals.keys():
            self.env["channel.intent"]._collect_products(self.product_id.ids)
        return super().write(vals)

    def unlink(self):
        self.env["channel.intent"]._collect_products(self.product_id.ids)
        return super().unlink()
