import json
from uuid import uuid4

from odoo import models

from ..adapter import codec
from ..adapter.canonical import StockTarget
from ..adapter.port import Capability
from . import push_sql
from .bulk import insert_many
from .stock_rule import RULE_VERSION


class StockFreeze(models.AbstractModel):
    """Write a plan down: frozen batches, the ledger, and the levels as they are now."""

    _name = "channel.stock.freeze"
    _description = "Stock Batches"

    def _run(self, plan, retried):
        """Store a ``Plan`` and wake the send jobs; as many statements for many levels.

        :param retried: dict level id -> id of the batch that did not apply it.
        """
        writes = self._cut(plan, self._falling_first(plan.send), "write")
        reads = self._cut(plan, plan.read, "read")
        items = self._store_batches(writes + reads, retried)
        self._store_entries(plan, items)
        self._store_levels(plan, items)

    def _falling_first(self, levels):
        return sorted(levels, key=lambda level: level.decrease_since is None)

    def _cut(self, plan, levels, verb):
        """Cut levels into batches of one channel.

        :return: list of (channel, verb, list of levels).
        """
        parts = []
        for channel_id, channel in plan.channels.items():
            same = [level for level in levels if level.channel_id == channel_id]
            parts += self._cut_channel(channel, same, verb)
        return parts

    def _cut_channel(self, channel, levels, verb):
        """What two listings name the same way at a place is never in one batch."""
        size = channel._adapter_class().stock_batch
        while levels:
            batch, levels = self._take(levels, size)
            yield channel, verb, batch

    def _take(self, levels, size):
        batch, doubled, names = [], [], set()
        for position, level in enumerate(levels):
            if len(batch) == size:
                return batch, doubled + levels[position:]
            name = (level.stock_key, level.place)
            (doubled if name in names else batch).append(level)
            names.add(name)
        return batch, doubled

    def _store_batches(self, parts, retried=None):
        """Store batches and wake their send jobs.

        :param parts: list of (channel, verb, list of levels).
        :param retried: see ``_run``.
        :return: dict level id -> (batch id, item id).
        """
        keys = [str(uuid4()) for _part in parts]
        rows = [
            (
                channel.id,
                channel.company_id.id,
                "stock",
                verb,
                key,
                "pending",
                False,
                self._parent(levels, retried or {}),
            )
            for (channel, verb, levels), key in zip(parts, keys, strict=True)
        ]
        columns = (
            *("channel_id", "company_id", "kind", "verb", "key", "state", "folded"),
            "parent_id",
        )
        logged = ("create_date", "write_date")
        ids = insert_many(self.env.cr, "channel_push_batch", columns, rows, logged)
        self._wake_senders({row[0] for row in rows})
        return self._store_items(zip(ids, parts, strict=True))

    def _parent(self, levels, retried):
        """The batch whose remaining rows these are."""
        return next((retried[row.id] for row in levels if row.id in retried), None)

    def _wake_senders(self, channel_ids):
        self.env.cr.execute(push_sql.FIRST_PENDING, {"channels": list(channel_ids)})
        for (batch_id,) in self.env.cr.fetchall():
            batch = self.env["channel.push.batch"].browse(batch_id)
            self.env["channel.wakeup"]._after_commit(batch, "_job_send")

    def _store_items(self, batches):
        rows = []
        for batch_id, (channel, verb, levels) in batches:
            compare = Capability.STOCK_COMPARE in channel._capabilities()
            for level in levels:
                expected = level.expected if compare and verb == "write" else None
                rows.append(
                    (
                        batch_id,
                        channel.id,
                        channel.company_id.id,
                        str(level.id),
                        level.id,
                        level.target if verb == "write" else None,
                        level.expected,
                        expected is not None,
                        self._payload(level, expected),
                        "open",
                    )
                )
        columns = (
            *("batch_id", "channel_id", "company_id", "key", "level_id", "quantity"),
            *("expected", "compare", "payload", "status"),
        )
        ids = insert_many(self.env.cr, "channel_push_item", columns, rows)
        return {row[4]: (row[0], item) for row, item in zip(rows, ids, strict=True)}

    def _payload(self, level, expected):
        return codec.dumps(
            StockTarget(
                key=str(level.id),
                listing=level.listing,
                stock_key=level.stock_key,
                location=level.place,
                quantity=level.target,
                expected=expected,
            )
        )

    def _store_entries(self, plan, items):
        """The ledger of what is sent, and of what would be."""
        rows = [
            (
                level.id,
                level.listing_id,
                level.location_id,
                level.channel_id,
                plan.channels[level.channel_id].company_id.id,
                level.product_id,
                RULE_VERSION,
                json.dumps(level.inputs),
                level.unexplained,
                level.target,
                level.expected,
                level.id not in items,
                items.get(level.id, (None, None))[1],
            )
            for level in plan.send + plan.shadow
        ]
        columns = (
            *("level_id", "listing_id", "location_id", "channel_id", "company_id"),
            *("product_id", "rule_version", "inputs", "unexplained", "quantity"),
            *("expected", "shadow", "item_id"),
        )
        insert_many(self.env.cr, "channel_stock_entry", columns, rows, ("created_at",))

    def _store_levels(self, plan, items):
        waiting = {level.id for level in plan.waiting}
        levels = plan.send + plan.read + plan.shadow + plan.settled + plan.waiting
        self.env.cr.execute(
            push_sql.STORE_LEVELS,
            {
                "levels": [level.id for level in levels],
                "computed": [level.computed for level in levels],
                "targets": [level.target for level in levels],
                "expected": [level.expected for level in levels],
                "dirty": [level.id in waiting for level in levels],
                "batches": [items.get(level.id, (None,))[0] for level in levels],
                "since": [level.decrease_since for level in levels],
            },
        )
        self.env.cr.execute(
            push_sql.FORGET_OTHERS,
            {
                "channels": list(plan.channels),
                "levels": [level.id for level in levels],
            },
        )
