from collections import defaultdict
from dataclasses import dataclass, field

from odoo import models

from . import push_sql, stock_sql
from .autonomous import autonomous


@dataclass(slots=True)
class Marks:
    """What a run found besides dirty levels.

    ``requests``: what was requested, with the ids of the channels. ``vanished``: level ids
    with units that are missing at the channel and that no order explains.
    """

    vanished: dict
    requests: dict = field(default_factory=lambda: defaultdict(set))


class StockDirty(models.AbstractModel):
    """Find out which levels must be computed again."""

    _name = "channel.stock.dirty"
    _description = "Stock Quantities to Compute"

    def _run(self, channels):
        """Mark levels from intents, released differences and replaceable batches.

        :param channels: those that are worked on now; of others, levels stay marked.
        :return: ``Marks``.
        """
        marks = Marks(vanished=self._release_unexplained())
        intents = self._consume_intents()
        if intents:
            self._mark(intents)
        self._supersede(channels)
        for _product, channel_id, request in intents:
            marks.requests[request].add(channel_id)
        return marks

    def _release_unexplained(self):
        self.env.cr.execute(stock_sql.RELEASE_UNEXPLAINED)
        rows = self.env.cr.fetchall()
        # what they held is free for all channels
        products = {product_id for _level, product_id, _units in rows if product_id}
        if products:
            self.env["channel.intent"]._note_products(products)
        return {level_id: units for level_id, _product, units in rows if units > 0}

    def _consume_intents(self):
        """:return: list of (product id, channel id, request)."""
        self.env.cr.execute(stock_sql.CONSUME_INTENTS)
        return self.env.cr.fetchall()

    def _mark(self, intents):
        """Make and update the levels that intents speak of, and mark them."""
        products = {product_id for product_id, _channel, _request in intents if product_id}
        products |= self.env["channel.stock.kit"]._containing(products)
        values = {
            "all": any(not product and not channel for product, channel, _ in intents),
            "channels": [channel_id for _product, channel_id, _ in intents if channel_id],
            "products": list(products),
        }
        self.env.cr.execute(stock_sql.MAKE_LEVELS, values)
        self.env.cr.execute(stock_sql.FOLLOW_LISTINGS, values)
        self.env.cr.execute(stock_sql.MARK_DIRTY, values)
        self.env.cr.execute(push_sql.FORGET_MASTERS)

    def _supersede(self, channels):
        """Take back batches that nobody has begun to send and that hold old quantities."""
        self.env.cr.execute(push_sql.REPLACEABLE, {"channels": channels.ids})
        locked = [batch_id for (batch_id,) in self.env.cr.fetchall()]
        if locked:
            untouched = set(locked) - self._attempted(locked)
            self.env.cr.execute(push_sql.SUPERSEDE, {"batches": list(untouched)})

    def _attempted(self, batch_ids):
        """Which of some locked batches may have been sent, as of this very moment.

        Their rows are locked here, so no attempt begins from now on; one that ended before
        may be missing in this transaction's snapshot.
        """

        def look(cr):
            cr.execute(push_sql.ATTEMPTED, {"batches": batch_ids})
            return {batch_id for (batch_id,) in cr.fetchall()}

        return autonomous(self.env, look)
