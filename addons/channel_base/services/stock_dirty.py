from collections import defaultdict
from dataclasses import dataclass, field

from odoo import models

from ..adapter.port import Capability
from . import level_sql, push_sql


@dataclass(slots=True)
class Marks:
    """What a run found to be done.

    ``vanished``: level ids with units that are missing at the channel and that no order
    explains. ``everything``, ``channels``, ``products``: what intents speak of; levels
    that can be computed in this run bear no other mark of it. ``requests``: what was
    requested, with the ids of the channels.
    """

    vanished: dict
    everything: bool = False
    channels: list = field(default_factory=list)
    products: list = field(default_factory=list)
    requests: dict = field(default_factory=lambda: defaultdict(set))


class StockDirty(models.AbstractModel):
    """Find out which levels must be computed again."""

    _name = "channel.stock.dirty"
    _description = "Stock Quantities to Compute"

    def _consume(self):
        """Let go of explained differences, and take all intents.

        :return: ``Marks``.
        """
        marks = Marks(vanished=self._release_unexplained())
        self.env.cr.execute(level_sql.CONSUME_INTENTS)
        products = set()
        for product_id, channel_id, request in self.env.cr.fetchall():
            if product_id:
                products.add(product_id)
            elif channel_id:
                marks.channels.append(channel_id)
                marks.requests[request].add(channel_id)
            else:
                marks.everything = True
        self._forget_confirmed(marks.requests["anew"])
        if products:
            products |= self.env["channel.stock.kit"]._containing(products)
        marks.products = list(products)
        return marks

    def _release_unexplained(self):
        self.env.cr.execute(level_sql.RELEASE_UNEXPLAINED)
        rows = self.env.cr.fetchall()
        # what they held is free for all channels
        products = {product_id for _level, product_id, _units in rows if product_id}
        if products:
            self.env["channel.intent"]._note_products(products)
        return {level_id: units for level_id, _product, units in rows if units > 0}

    def _forget_confirmed(self, channel_ids):
        """What channels show is not known any more, where it can be read."""
        if not channel_ids:
            return
        # the stock lane is one for all companies
        channels = self.env["channel.channel"].sudo().browse(channel_ids)
        readable = channels.filtered(
            lambda channel: Capability.STOCK_READ in channel._capabilities()
        )
        values = {"channels": readable.ids}
        self.env.cr.execute(level_sql.FORGET_CONFIRMED, values)

    def _make_levels(self, marks):
        """Make the levels that intents speak of, for the products that listings
        have."""
        if marks.everything or marks.channels or marks.products:
            values = {"channels": marks.channels, "products": marks.products}
            self.env.cr.execute(level_sql.make_levels(marks), values)
            self.env.cr.execute(level_sql.follow_listings(marks), values)

    def _mark(self, channels, marks):
        """Mark levels that cannot be computed now, and take back replaceable batches.

        :param channels: those that are computed in this run.
        """
        if marks.everything or marks.channels or marks.products:
            values = {
                "channels": marks.channels,
                "products": marks.products,
                "working": channels.ids,
            }
            self.env.cr.execute(level_sql.mark_dirty(marks), values)
            self.env.cr.execute(push_sql.FORGET_MASTERS)
        self._supersede(channels)

    def _supersede(self, channels):
        """Take back batches that nobody has begun to send and that hold old
        quantities."""
        self.env.cr.execute(push_sql.REPLACEABLE, {"channels": channels.ids})
        ids = [batch_id for (batch_id,) in self.env.cr.fetchall()]
        locked = self.env["channel.push.batch"].browse(ids)
        if locked:
            untouched = locked - locked._begun()
            self.env.cr.execute(push_sql.SUPERSEDE, {"batches": untouched.ids})
            self.env.cr.execute(push_sql.NOT_SENT, {"batches": untouched.ids})
