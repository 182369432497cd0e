from odoo import models
from odoo.exceptions import UserError

from ..adapter.webhook import Resource
from ..services.roles import role


class ChannelAction(models.AbstractModel):
    """What people do with a channel: the buttons of its form."""

    _name = "channel.action"
    _description = "Actions of a Channel"

    @role("manager")
    def action_connect(self):
        """Prove the credentials, set up places and webhooks, and start working."""
        for channel in self:
            self.env["channel.connect"]._run(channel)

    @role("manager")
    def action_pause(self):
        """Stop working; webhooks are still taken in."""
        self.filtered(lambda c: c.run_state == "connected").run_state = "paused"

    @role("manager")
    def action_resume(self):
        """Go on with everything that waited."""
        if not self.env["channel.identity"]._is_live():
            raise UserError(self.env["channel.identity"]._mismatch())
        for channel in self.filtered(lambda c: c.run_state == "paused"):
            channel.run_state = "connected"
            self.env["channel.sweeper"]._wake_channel(channel)

    @role("manager")
    def action_adopt_database(self):
        """Make this database the live one; its channels are paused, to be looked at."""
        self.env["channel.identity"]._adopt()

    @role("operator")
    def action_import_orders(self):
        """Ask for changed orders now."""
        for channel in self:
            channel._require_operating("order")
            self.env["channel.wakeup"]._after_commit(channel, "_job_poll")

    @role("operator")
    def action_import_catalogue(self):
        """Read the whole catalogue now."""
        for channel in self:
            channel._require_operating()
            self.env["channel.wakeup"]._after_commit(channel, "_job_import_catalogue")

    @role("operator")
    def action_push_stock(self):
        """Compute all quantities again now, and send those that differ."""
        for channel in self:
            channel._require_operating("stock")
        self.env["channel.intent"]._note_channels(self)

    @role("manager")
    def action_check_connection(self):
        """Look now for rights, places and webhooks that got lost."""
        for channel in self:
            channel._require_operating()
            self.env["channel.wakeup"]._after_commit(channel, "_job_check_connection")

    @role("operator")
    def action_import_customers(self):
        """Read all customers and companies now."""
        for channel in self:
            channel._require_operating()
            self.env["channel.wakeup"]._after_commit(channel, "_job_import_customers")

    @role("operator")
    def action_check_drift(self):
        """Compare all quantities with the channel now."""
        for channel in self:
            channel._require_operating("stock")
            channel._reconcile("person", {"quantities"})

    @role("operator")
    def action_push_prices(self):
        """Compute all prices again now, and send those that differ."""
        for channel in self:
            channel._require_operating("price")
        self.env["channel.intent"]._note_prices(channels=self)

    @role("operator")
    def action_check_prices(self):
        """Compare all prices with the channel now."""
        for channel in self:
            channel._require_operating("price")
            channel._reconcile("person", {"prices"})

    @role("manager")
    def action_count_stock(self):
        """Take the channel's quantities over as counted stock: opening stock."""
        for channel in self:
            channel._require_operating("stock")
        self.env["channel.intent"]._note_channels(self, "count")

    def _fetch_orders(self, external_ids):
        """Read some orders now, whether they changed or not.

        :param external_ids: as the marketplace names them.
        """
        self._require_operating("order")
        self.env["channel.event"]._ask(self, external_ids)

    def _fetch_returns(self, external_ids):
        """Read some returns now, whether they changed or not."""
        self._require_operating("return")
        self.env["channel.event"]._ask(self, external_ids, Resource.RETURN)

    @role("operator")
    def action_import_returns(self):
        """Ask for changed returns now."""
        for channel in self:
            channel._require_operating("return")
            self.env["channel.wakeup"]._after_commit(channel, "_job_poll_returns")

    def _require_operating(self, flow=None):
        if not self._is_operating(flow):
            raise UserError(
                self.env._(
                    "%s does not work at the moment: connect or resume it, resolve its"
                    " blocking issues, or switch the flow on.",
                    self.name,
                )
            )

    def _resume_issues(self, issues):
        """Go on after a blocking issue."""
        for channel in issues.channel_id:
            self.env["channel.sweeper"]._wake_channel(channel)
