from odoo import models

from ..adapter.port import Capability

BATCH = 500  # products that one job computes at a time


class ContentPrepare(models.AbstractModel):
    """Products: answers in, intents to marks, differences to frozen batches."""

    _name = "channel.content.prepare"
    _description = "Product Preparation"

    def _run(self):
        """Do all that can be done now; every step is set-based and can be repeated."""
        self.env["channel.content.fold"]._run()
        told = self.env["channel.content.dirty"]._consume()
        for channel in self._channels():
            worker = channel._as_worker()
            self.with_env(worker.env)._work(worker, channel.id in told)

    def _channels(self):
        """Channels whose products are computed now, of all companies: each is worked
        for by its own service user."""
        channels = self.env["channel.channel"].sudo()._operating("catalogue")
        return channels.filtered(
            lambda channel: Capability.CATALOGUE_PUSH in channel._capabilities()
        )

    def _work(self, channel, link):
        self.env["channel.cursor"]._lock(channel, "content")
        if link:
            self.env["channel.content.link"]._run(channel)
        rows = self.env["channel.product"].search(
            [
                ("channel_id", "=", channel.id),
                ("dirty", "=", True),
                ("approved", "=", True),
                ("state", "in", ("open", "done", "error")),
            ],
            order="id",
            limit=BATCH,
        )
        self.env["channel.content.freeze"]._run(channel, rows)
        if len(rows) == BATCH:
            self.env["channel.product"]._wake()
