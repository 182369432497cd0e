from odoo import models


class OrderDemand(models.AbstractModel):
    """Tells the stock lane that what is wanted of some products may differ."""

    _name = "channel.order.demand"
    _description = "Demand of Channel Orders"

    def _note(self, products):
        """Leave a stock intent per product, and ring the bell: one statement."""
        if not products:
            return
        self.env.cr.execute(
            """
            INSERT INTO channel_intent (kind, product_id, created_at)
            SELECT 'stock', product_id, now() AT TIME ZONE 'UTC'
              FROM unnest(%s) AS product_id
            """,
            [products.ids],
        )
        self.env["channel.wakeup"]._after_commit(
            self.env["channel.listing.level"], "_job_prepare"
        )
