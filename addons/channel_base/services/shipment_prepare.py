from odoo import models


class ShipmentPrepare(models.AbstractModel):
    """Shipments in the stock lane: answers in, intents to shipments, batches out."""

    _name = "channel.shipment.prepare"
    _description = "Channel Shipment Preparation"

    def _run(self):
        """Do all that can be done now; every step is set-based and can be repeated."""
        self.env["channel.shipment.answer"]._run()
        more = self.env["channel.shipment.collect"]._run()
        for batch in self.env["channel.shipment.freeze"]._run():
            self.env["channel.wakeup"]._after_commit(batch, "_job_send")
        if more:
            self.env["channel.shipment"]._wake()
