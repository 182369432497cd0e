from odoo import models


class StockKit(models.AbstractModel):
    """What kits are made of. Without manufacturing there are none."""

    _name = "channel.stock.kit"
    _description = "Kits for Stock Quantities"

    def _components(self, product_ids, company):
        """Which of some products are kits, and what they take from stock.

        :param product_ids: ids of products that are sold.
        :return: dict kit id -> dict component id -> ``Fraction``, units of the
            component (in its own unit of measure) for one unit of the kit. Kits in kits
            are exploded; components that are not stored do not count. A kit without any
            stored component has an empty dict.
        """
        return {}

    def _containing(self, product_ids):
        """Ids of all kits that take any of these products, directly or through
        others."""
        return set()
