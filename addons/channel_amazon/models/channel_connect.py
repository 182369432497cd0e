from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.tools import format_date

REMIND_BEFORE = timedelta(days=30)


class ChannelConnect(models.AbstractModel):
    """Reminds of the client secret's end, each time the connection is checked."""

    _inherit = "channel.connect"

    def _check(self, channel, adapter):
        if channel.provider == "amazon":
            # also when Amazon refuses it: the date may tell why
            self._remind_of_secret(channel)
        return super()._check(channel, adapter)

    def _remind_of_secret(self, channel):
        ends_on = channel.amazon_secret_ends_on
        issues = self.env["channel.issue"]
        if not ends_on or fields.Date.today() < ends_on - REMIND_BEFORE:
            issues._settle(channel, "config", ["client_secret"])
            return
        issues._report(
            channel,
            "config",
            "client_secret",
            self.env._(
                "Amazon refuses the client secret of %(channel)s from %(date)s on, and"
                " everything stops then. Rotate it in Seller Central (Partner Network,"
                " Develop Apps, LWA credentials) and enter the new one; the refresh"
                " token stays.",
                channel=channel.name,
                date=format_date(self.env, ends_on),
            ),
            deadline=datetime.combine(ends_on, time.min),
        )
