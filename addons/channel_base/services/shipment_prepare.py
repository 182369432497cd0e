from odoo import models

# Issues of shipments, whose resolving tells the channel again.
WAITING = ("blocked", "rejected")


class ShipmentPrepare(models.AbstractModel):
    """The shipments' part of the stock lane: answers in, intents to shipments, batches out."""

    _name = "channel.shipment.prepare"
    _description = "Channel Shipment Preparation"

    def _run(self):
        """Do all that can be done now; every step is set-based and can be repeated."""
        self.env["channel.shipment.answer"]._run()
        more = self.env["channel.shipment.collect"]._run()
        for batch in self.env["channel.shipment.freeze"]._run():
            self.env["channel.wakeup"]._after_commit(batch, "_job_send")
        if more:
            self._wake()

    def _resume_issue(self, issue):
        """Tell the channel again what an issue held back."""
        pickings = issue.picking_id
        shipments = self.env["channel.shipment"].search(
            [
                ("channel_id", "=", issue.channel_id.id),
                ("state", "in", WAITING),
                "|",
                ("picking_id", "in", pickings.ids),
                ("carrier_id", "in", issue.mapping_id.carrier_id.ids),
            ]
        )
        shipments.write({"state": "open"})
        pickings._channel_note_shipment()
        self._wake()

    def _wake(self):
        self.env["channel.wakeup"]._after_commit(
            self.env["channel.push.batch"], "_job_prepare_shipments"
        )
