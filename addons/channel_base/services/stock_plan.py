from dataclasses import dataclass, field
from datetime import timedelta

from odoo import fields, models

from ..adapter.port import Capability
from . import level_sql

RETRIES = (
    3  # calls in a row with another quantity than expected, then a pause each time
)
PAUSE = timedelta(minutes=1)


@dataclass(slots=True)
class Plan:
    """What becomes of computed levels; every level is in one of the lists."""

    channels: dict = field(default_factory=dict)
    send: list = field(default_factory=list)
    read: list = field(default_factory=list)
    shadow: list = field(default_factory=list)
    settled: list = field(default_factory=list)
    waiting: list = field(default_factory=list)


class StockPlan(models.AbstractModel):
    """Which computed quantities are sent now, and which wait.

    Decreases go first: nothing is raised while another channel's lower quantity of the
    same product has not been confirmed, up to a time limit.
    """

    _name = "channel.stock.plan"
    _description = "Plan of Stock Pushes"

    def _make(self, channels, levels, marks):
        """Sort computed levels.

        :param levels: list of ``Level``.
        :param marks: ``Marks`` of this run.
        :return: ``Plan``.
        """
        now = fields.Datetime.now()
        plan = Plan(channels={channel.id: channel for channel in channels})
        self._date_decreases(plan, levels, now)
        falling = self._falling(plan, levels, channels.company_id)
        for level in levels:
            self._place(plan, level, marks.requests["read"], falling, now)
        self.env["channel.stock.fuse"]._hold_back(plan, marks.requests["release"])
        return plan

    def _date_decreases(self, plan, levels, now):
        """Note since when a lower quantity waits to be confirmed."""
        for level in levels:
            shown = plan.channels[level.channel_id].stock_flow == "on"
            falls = shown and level.highest is not None and level.target < level.highest
            level.decrease_since = (level.decrease_since or now) if falls else None

    def _falling(self, plan, levels, company):
        """Unconfirmed decreases of products, also of those that are on their way.

        :return: dict product id -> list of (channel id, since when).
        """
        considered = [level.id for level in levels]
        self.env.cr.execute(
            level_sql.UNCONFIRMED, {"company": company.id, "levels": considered}
        )
        rows = self.env.cr.fetchall()
        kits = self.env["channel.stock.kit"]._components(
            {row[0] for row in rows}, company
        )
        falling = {}
        for product_id, channel_id, since in rows:
            for part in kits.get(product_id) or (product_id,):
                falling.setdefault(part, []).append((channel_id, since))
        for level in levels:
            if level.decrease_since:
                for part in level.products:
                    entry = (level.channel_id, level.decrease_since)
                    falling.setdefault(part, []).append(entry)
        return falling

    def _place(self, plan, level, read_again, falling, now):
        channel = plan.channels[level.channel_id]
        unknown = level.expected is None or channel.id in read_again
        if channel.stock_flow == "shadow":
            changed = level.target != level.previous
            (plan.shadow if changed else plan.settled).append(level)
        elif unknown and Capability.STOCK_READ in channel._capabilities():
            plan.read.append(level)
        elif level.equal:
            plan.settled.append(level)
        elif self._must_wait(channel, level, falling, now):
            plan.waiting.append(level)
        else:
            plan.send.append(level)

    def _must_wait(self, channel, level, falling, now):
        if level.retries > RETRIES and level.sent_at and level.sent_at > now - PAUSE:
            return True
        if level.expected is None or level.target <= level.expected:
            return False
        if level.unexplained_at:
            return True
        oldest = now - timedelta(minutes=channel.increase_wait)
        return any(
            channel_id != level.channel_id and since > oldest
            for product_id in level.products
            for channel_id, since in falling.get(product_id, ())
        )
