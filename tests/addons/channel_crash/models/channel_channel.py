from odoo import models

from ..crash import passing


class ChannelChannel(models.Model):
    _inherit = "channel.channel"

    def _job_fetch(self):
        waiting = self.env["channel.event"].search_count(
            [("channel_id", "=", self.id), ("state", "=", "new")], limit=1
        )
        result = super()._job_fetch()
        if waiting:
            passing("fetch_answered_before_commit")
        return result

    def _job_poll(self):
        result = super()._job_poll()
        passing("poll_before_commit")
        return result

    def _job_import_catalogue(self):
        result = super()._job_import_catalogue()
        passing("catalogue_page_before_commit")
        return result
