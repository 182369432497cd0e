from odoo import models

from . import level_sql


class StockDrift(models.AbstractModel):
    """Quantities that someone else changed at the channel."""

    _name = "channel.stock.drift"
    _description = "Drift of Quantities at Channels"

    def _run(self, channel):
        """Have all quantities of a channel read, and computed again.

        Reading, comparing and correcting go the way of all quantities; so what comes in
        meanwhile cannot be mistaken for drift.
        """
        if not channel.exists() or not channel._is_operating("stock"):
            return
        counted = channel.stock_master == "channel"
        self.env["channel.intent"]._note_channels(
            channel, "count" if counted else "read"
        )

    def _report_read(self, gaps):
        """Tell of levels that were read and show more than expected; settle the others.

        :param gaps: dict level id -> units missing at the channel, None when nothing
            was known, negative for units too many.
        """
        self.env["channel.reconcile.quantities"]._note_gaps(gaps)
        more = {level_id: -gap for level_id, gap in gaps.items() if gap and gap < 0}
        self._report(
            more,
            lambda level, units: self.env._(
                "%(channel)s showed %(units)s more of %(listing)s at %(place)s than "
                "it was told. Its quantity is set again from the stock here. If "
                "somebody else changes quantities there, agree on who does.",
                **self._names(level, units),
            ),
        )
        self._settle([level_id for level_id, gap in gaps.items() if gap == 0])

    def _report_vanished(self, computed, vanished):
        """Tell of units that vanished at the channel without an order, where they are
        shown again.

        :param computed: list of ``Level``. Of the others, those under way will be.
        :param vanished: dict level id -> units.
        """
        seen = {level.id: level for level in computed}
        raised = {
            level.id: vanished[level.id]
            for level in self._levels(vanished)
            if level.channel_id.stock_flow != "shadow"
            and (seen[level.id].rises if level.id in seen else level.batch_id)
        }
        self._report(
            raised,
            lambda level, units: self.env._(
                "%(units)s units of %(listing)s vanished at %(place)s of %(channel)s "
                "without an order (seen %(moment)s UTC). All orders have been read, so "
                "the quantity is set again from the stock here. If somebody else "
                "changes quantities there, agree on who does.",
                # also tells it from an earlier one that a person dismissed
                moment=level.vanished_at,
                **self._names(level, units),
            ),
        )

    def _settle_explained(self):
        """Close the issues of units that vanished by orders which came in after all."""
        self.env.cr.execute(level_sql.EXPLAINED_LATE)
        explained = [level_id for (level_id,) in self.env.cr.fetchall()]
        if explained:
            self._settle(explained)

    def _names(self, level, units):
        return {
            "channel": level.channel_id.name,
            "place": level.location_id.name,
            "listing": level.listing_id.display_name,
            "units": units,
        }

    def _report(self, units_by_level, message):
        levels = self._levels(units_by_level)
        self.env["channel.issue"]._report_many(
            [
                {
                    "channel": level.channel_id,
                    "kind": "drift",
                    "subject": level._subject(),
                    "message": message(level, units_by_level[level.id]),
                    "listing": level.listing_id,
                    "location": level.location_id,
                    "product": level.listing_id.product_id,
                }
                for level in levels
            ]
        )

    def _settle(self, level_ids):
        """Close the issues of levels that show what they should."""
        levels = self._levels(level_ids)
        issues = (
            self.env["channel.issue"]
            .sudo()
            .search(
                [
                    ("kind", "=", "drift"),
                    ("state", "=", "open"),
                    ("channel_id", "in", levels.channel_id.ids),
                ]
            )
        )
        if not issues:
            return
        for channel, same in levels.grouped("channel_id").items():
            subjects = [level._subject() for level in same]
            self.env["channel.issue"]._settle(channel, "drift", subjects)

    def _levels(self, level_ids):
        # of all companies: the stock lane works for all channels at once
        return self.env["channel.listing.level"].sudo().browse(level_ids)
