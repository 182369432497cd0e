from collections import defaultdict

from odoo import models

from . import level_sql

# As many changes at once are never unusual, however small the catalogue; and so many
# quantities that were never sent before and would be zero.
FLOOR = 25
FIRST_FLOOR = 3


class StockFuse(models.AbstractModel):
    """Unusual runs wait for a person: a wrong import must not empty a shop."""

    _name = "channel.stock.fuse"
    _description = "Stock Fuse"

    def _hold_back(self, plan, released):
        """Let the levels of channels with an unusual run wait, with an issue each.

        :param plan: ``Plan``; what is sent too often moves from ``send`` to
            ``waiting``.
        :param released: ids of channels that a person lets pass this time.
        """
        by_channel = defaultdict(list)
        for level in plan.send:
            by_channel[level.channel_id].append(level)
        totals = self._totals(by_channel)
        tripped = {
            channel_id
            for channel_id, levels in by_channel.items()
            if channel_id not in released
            and self._is_unusual(plan.channels[channel_id], levels, totals[channel_id])
        }
        for channel_id in tripped:
            self._report(
                plan.channels[channel_id], by_channel[channel_id], totals[channel_id]
            )
        plan.waiting += [level for level in plan.send if level.channel_id in tripped]
        plan.send = [level for level in plan.send if level.channel_id not in tripped]
        self._settle(plan, tripped)

    def _totals(self, channel_ids):
        """How many quantities the channels show: dict channel id -> number."""
        if not channel_ids:
            return {}
        self.env.cr.execute(level_sql.SHOWN, {"channels": list(channel_ids)})
        return defaultdict(int, self.env.cr.fetchall())

    def _is_unusual(self, channel, levels, total):
        """More than the channel's share would change, or be zeroed; 0 is no fuse.

        What is sent for the first time is no change, but it can zero: then usually the
        stock has not been entered here yet.
        """
        if not 0 < channel.stock_fuse < 100:
            return False
        share = total * channel.stock_fuse / 100
        known = [level for level in levels if level.sent_at]
        new = [level for level in levels if not level.sent_at]
        changed = max(len(known), self._zeroed(levels))
        return changed > max(FLOOR, share) or self._zeroed(new) > max(
            FIRST_FLOOR, share
        )

    def _zeroed(self, levels):
        return sum(
            1 for level in levels if level.target == 0 and (level.expected or 0) > 0
        )

    def _report(self, channel, levels, total):
        self.env["channel.issue"]._report(
            channel,
            "fuse",
            "fuse",
            self.env._(
                "%(count)s of %(total)s quantities of %(channel)s would change at "
                "once, %(zeroed)s of them to zero. Nothing was sent. Check the stock "
                "here, or take over the channel's quantities if it has not been "
                "counted yet; resolve this issue to send the quantities as they are "
                "then.",
                count=len(levels),
                total=total,
                channel=channel.name,
                zeroed=self._zeroed(levels),
            ),
        )

    def _settle(self, plan, tripped):
        """Close issues of runs that are no longer unusual."""
        open_issues = (
            self.env["channel.issue"]
            .sudo()  # of all companies, as the levels are
            .search(
                [
                    ("kind", "=", "fuse"),
                    ("state", "=", "open"),
                    ("channel_id", "in", list(plan.channels)),
                    ("channel_id", "not in", list(tripped)),
                ]
            )
        )
        for channel in open_issues.channel_id:
            self.env["channel.issue"]._settle(channel, "fuse", ["fuse"])
