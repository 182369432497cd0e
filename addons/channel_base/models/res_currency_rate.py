from odoo import api, models


class ResCurrencyRate(models.Model):
    """Hooks that only note that prices may differ."""

    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        self.env["channel.intent"]._collect_prices()
        return rates

    def write(self, vals):
        self.env["channel.intent"]._collect_prices()
        return super().write(vals)

    def unlink(self):
        self.env["channel.intent"]._collect_prices()
        return super().unlink()
