from odoo import models


class ShippingWork(models.AbstractModel):
    """Transfers that providers ship, in the stock lane: answers and reports in, ready
    transfers and cancellations out."""

    _name = "channel.shipping.work"
    _description = "Work on Shipping Orders"

    def _run(self):
        """Do all that can be done now; every step can be repeated."""
        self.env["channel.shipping.answer"]._run()
        more = self.env["channel.shipping.apply"]._run()
        self.env["channel.shipping.collect"]._run()
        self.env["channel.shipping.freeze"]._run()
        if more:
            self.env["channel.shipping.order"]._wake()
