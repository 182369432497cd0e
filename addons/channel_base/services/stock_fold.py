from dataclasses import dataclass

from odoo import models

from . import fold_sql, push_sql


@dataclass(slots=True)
class Folded:
    """What an answer meant for a level.

    ``gap``: units missing there for certain, None when nothing was expected.
    ``waiting``: for orders to be read. ``retried``: the batch that is to be sent again.
    """

    level_id: int
    channel_id: int
    product_id: int | None
    verb: str
    gap: int | None
    waiting: bool
    retried: int | None

    @property
    def missing(self):
        return self.gap is not None and self.gap > 0


class StockFold(models.AbstractModel):
    """Take the answers of finished batches over into the levels, by one statement
    each."""

    _name = "channel.stock.fold"
    _description = "Stock Answers"

    def _run(self):
        """Fold all stock batches that have been answered.

        :return: dict level id -> id of the batch that did not apply its quantity.
        """
        self.env.cr.execute(push_sql.FINISHED)
        batches = {}
        for batch_id, verb in self.env.cr.fetchall():
            kind = "note" if verb == "note" else "call"
            batches.setdefault(kind, []).append(batch_id)
        # calls first: what the channel told meanwhile is judged by what they left
        folded = [
            row
            for batch_ids in (batches.get("call"), batches.get("note"))
            if batch_ids
            for row in self._fold(batch_ids)
        ]
        self._read_orders({row.channel_id for row in folded if row.waiting})
        return {row.level_id: row.retried for row in folded if row.retried}

    def _fold(self, batch_ids):
        """:return: list of ``Folded``."""
        self.env.cr.execute(fold_sql.FOLD, {"batches": batch_ids})
        folded = [Folded(*row) for row in self.env.cr.fetchall()]
        self.env.cr.execute(push_sql.MARK_FOLDED, {"batches": batch_ids})
        self.env.cr.execute(push_sql.NOT_SENT, {"batches": batch_ids})
        self._report_rejected(batch_ids)
        self.env["channel.stock.drift"]._report_read(
            {row.level_id: row.gap for row in folded if row.verb == "read"}
        )
        # whether what nobody counts is for sale still is judged with all of its place
        looked = {row.channel_id for row in folded if row.verb == "look"}
        if looked:
            channels = self.env["channel.channel"].browse(looked)
            self.env["channel.intent"]._note_channels(channels)
        # units that vanished at one channel are held at all of them
        vanished = {row.product_id for row in folded if row.product_id and row.missing}
        if vanished:
            self.env["channel.intent"]._note_products(vanished)
        return folded

    def _read_orders(self, channel_ids):
        """Units vanished there: usually a sale that has not been read yet."""
        channels = self.env["channel.channel"].sudo().browse(channel_ids)
        for channel in channels.filtered(lambda channel: channel.order_flow == "on"):
            self.env["channel.wakeup"]._after_commit(channel, "_job_poll")

    def _report_rejected(self, batch_ids):
        """An issue for each quantity that was refused, where the offer is still there
        to be corrected."""
        items = (
            self.env["channel.push.item"]
            .sudo()  # of all companies, as the levels are
            .search(
                [
                    ("batch_id", "in", batch_ids),
                    ("status", "=", "rejected"),
                    ("level_id.listing_id.state", "!=", "gone"),
                ]
            )
        )
        self.env["channel.issue"]._report_many(
            [self._prepare_rejected_values(item) for item in items]
        )

    def _prepare_rejected_values(self, item):
        listing, place = item.level_id.listing_id, item.level_id.location_id
        return {
            "channel": item.channel_id,
            "kind": "push_rejected",
            "subject": f"level:{listing.external_id}:{place.external_id}",
            "message": self.env._(
                "%(channel)s refused the quantity %(quantity)s of %(listing)s at "
                "%(place)s: %(answer)s. Correct the listing here or there, then "
                "resolve this issue to send its quantity again.",
                channel=item.channel_id.name,
                quantity=item.quantity,
                listing=listing.display_name,
                place=place.name,
                answer=item.message or item.code or self.env._("no reason given"),
            ),
            "detail": item.code,
            "listing": listing,
            "location": place,
            "product": listing.product_id,
        }
