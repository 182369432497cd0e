from odoo import models

from ..crash import passing


class ChannelListingLevel(models.Model):
    _inherit = "channel.listing.level"

    def _job_prepare(self):
        newest = self.env["channel.push.batch"]._newest("stock")
        result = super()._job_prepare()
        if self.env["channel.push.batch"]._newest("stock") != newest:
            passing("prepare_before_commit")
        return result
