from odoo import models

from ..adapter.port import Capability
from . import price_sql

ENOUGH = 2000  # prices that one job computes of a channel


class PricePrepare(models.AbstractModel):
    """The price lane: answers in, intents to prices, prices to frozen batches.

    Database only. Prices are written here and in the services called here.
    """

    _name = "channel.price.prepare"
    _description = "Price Preparation"

    def _run(self):
        """Do all that can be done now; every step is set-based and can be repeated."""
        self.env.flush_all()
        self.env["channel.price.fold"]._run()
        self._consume_intents()
        more = False
        for channel in self._channels():
            worker = channel._as_worker()
            more = self.with_env(worker.env)._work(worker) or more
        self.env.invalidate_all()
        if more:
            self.env["channel.listing.price"]._wake()

    def _channels(self):
        """Channels whose prices are computed now.

        All companies' at once, so beyond what the job's user may see.
        """
        channels = self.env["channel.channel"].sudo()._operating("price")
        return channels.filtered(
            lambda channel: Capability.PRICE_PUSH in channel._capabilities()
        )

    def _consume_intents(self):
        """Mark the prices that intents speak of, and make those that are missing."""
        self.env.cr.execute(price_sql.CONSUME_INTENTS)
        products, channels, everything = set(), set(), False
        for product_id, channel_id in self.env.cr.fetchall():
            if product_id:
                products.add(product_id)
            elif channel_id:
                channels.add(channel_id)
            else:
                everything = True
        if not (products or channels or everything):
            return
        values = {
            "everything": everything,
            "channels": list(channels),
            "products": list(products),
        }
        self.env.cr.execute(price_sql.MARK_DIRTY, values)
        self.env.cr.execute(price_sql.MAKE_ROWS, values)

    def _work(self, channel):
        """Compute a part of a channel's prices; with the last part they are sent.

        A run is judged as a whole, however many jobs it takes.

        :return: whether there is more to compute.
        """
        self.env.cr.execute(price_sql.FORGET_OTHERS, {"channel": channel.id})
        if self.env["channel.price.compute"]._run(channel, ENOUGH) == ENOUGH:
            return True
        self.env["channel.price.fuse"]._run(channel)
        self.env["channel.price.freeze"]._run(channel)
        return False
