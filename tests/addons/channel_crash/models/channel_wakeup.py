from odoo import models

from ..crash import passing


class ChannelWakeup(models.AbstractModel):
    _inherit = "channel.wakeup"

    def _after_commit(self, target, method, delay=0):
        # before super's own hook: committed, and nobody told
        self.env.cr.postcommit.add(
            lambda: passing(f"after_commit_before_enqueue.{method}")
        )
        return super()._after_commit(target, method, delay)
