from odoo import models

from ..crash import passing


class ChannelOrder(models.Model):
    _inherit = "channel.order"

    def _job_import(self):
        waiting = self.search_count([("state", "=", "new")], limit=1)
        result = super()._job_import()
        if waiting:
            passing("import_before_commit")
        return result

    def _job_account(self):
        waiting = self.search_count([("accounting_state", "=", "ready")], limit=1)
        result = super()._job_account()
        if waiting:
            passing("account_before_commit")
        return result
