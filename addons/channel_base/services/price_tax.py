from decimal import Decimal

from odoo import models


class PriceTax(models.AbstractModel):
    """Add tax to prices, or take it off, where the channel wants them otherwise."""

    _name = "channel.price.tax"
    _description = "Tax in Prices"

    def _wanted(self, price_list, products, prices):
        """Prices as the list wants them.

        :param prices: dict product id -> price as the pricelist has it.
        :return: dict product id -> (price, what was done: ``added``, ``taken`` or
            empty).
        """
        wanted = price_list.tax_mode == "channel" and price_list.tax_there
        return {
            product.id: self._of_product(
                price_list, product, prices[product.id], wanted
            )
            for product in products
        }

    def _net(self, price_list, product, amount):
        """What of a price there is left without tax."""
        taxes = product.taxes_id._filter_taxes_by_company(price_list.company_id)
        wanted = price_list.tax_mode == "channel" and price_list.tax_there
        if not taxes or wanted == "excluded":
            return amount
        totals = taxes.compute_all(
            float(amount), price_list.currency_id, product=product
        )
        if wanted and totals["total_included"]:
            share = totals["total_excluded"] / totals["total_included"]
            return amount * Decimal(str(share))
        return Decimal(str(totals["total_excluded"]))

    def _of_product(self, price_list, product, price, wanted):
        taxes = product.taxes_id._filter_taxes_by_company(price_list.company_id)
        if not wanted or not taxes:
            return price, ""
        included = wanted == "included"
        if all(
            tax.price_include == included for tax in taxes.flatten_taxes_hierarchy()
        ):
            return price, ""
        totals = taxes.compute_all(price, price_list.currency_id, product=product)
        if included:
            return totals["total_included"], "added"
        return totals["total_excluded"], "taken"
