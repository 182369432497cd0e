from odoo import models

from ..adapter.port import Capability

LOOK_AGAIN = 30  # seconds until what waits is looked at again, if nothing else does


class StockPrepare(models.AbstractModel):
    """The stock lane: answers in, intents to quantities, quantities to frozen batches.

    Database only. Levels are written here and in the services called here, nowhere
    else.
    """

    _name = "channel.stock.prepare"
    _description = "Stock Preparation"

    def _run(self):
        """Do all that can be done now; every step is set-based and can be repeated."""
        self.env.flush_all()
        retried = self.env["channel.stock.fold"]._run()
        channels = self._channels()
        self.env["channel.stock.drift"]._settle_explained()
        marks = self.env["channel.stock.dirty"]._consume()
        self.env["channel.order.elsewhere"]._recheck()
        self.env["channel.order.undelivered"]._recheck()
        self.env["channel.stock.dirty"]._make_levels(marks)
        counting = self.env["channel.stock.count"]._run(marks.requests["count"])
        waiting = bool(counting)
        # what is being counted is not shown yet
        showing = channels.filtered(lambda channel: channel.id not in counting)
        self.env["channel.stock.dirty"]._mark(showing, marks)
        computed = []
        for company, group in showing.grouped("company_id").items():
            levels = self.env["channel.stock.quantity"]._compute(company, group, marks)
            uncounted = self.env["channel.stock.uncounted"]
            uncounted._run(company, group, levels, marks)
            plan = self.env["channel.stock.plan"]._make(group, levels, marks)
            self.env["channel.stock.freeze"]._run(plan, retried)
            waiting = waiting or bool(plan.waiting)
            computed += levels
        self.env["channel.stock.drift"]._report_vanished(computed, marks.vanished)
        self.env.invalidate_all()
        if waiting:
            self.env["channel.wakeup"]._later(
                self.env["channel.listing.level"], "_job_prepare", LOOK_AGAIN
            )

    def _channels(self):
        """Channels whose quantities are computed now.

        All companies' at once, so beyond what the job's user may see.
        """
        channels = self.env["channel.channel"].sudo()._operating("stock")
        return channels.filtered(
            lambda channel: channel.stock_master == "odoo"
            and Capability.STOCK_PUSH in channel._capabilities()
        )
