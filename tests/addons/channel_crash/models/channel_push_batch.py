from odoo import models

from ..crash import passing


class ChannelPushBatch(models.Model):
    _inherit = "channel.push.batch"

    def _newest(self, kind):
        return self.search([("kind", "=", kind)], order="id desc", limit=1)

    def _job_prepare_shipments(self):
        newest = self._newest("shipment")
        result = super()._job_prepare_shipments()
        if self._newest("shipment") != newest:
            passing("prepare_shipments_before_commit")
        return result

    def _job_send(self):
        before = self.exists().state
        if before == "pending":
            passing(f"send_{self.kind}_before_call")
        result = super()._job_send()
        if before in ("pending", "sent") and self.state != before:
            passing(f"send_{self.kind}_after_answer_before_commit")
        return result
