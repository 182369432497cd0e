from odoo import models

from ..crash import passing


class ChannelRefund(models.Model):
    _inherit = "channel.refund"

    def _job_push(self):
        waiting = self.search_count([("state", "in", ("open", "sent"))], limit=1)
        result = super()._job_push()
        if waiting:
            passing("refunds_before_commit")
        return result
