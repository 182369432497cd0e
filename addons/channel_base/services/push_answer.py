from odoo import models
from odoo.tools import SQL

from .hold import hold
from .push_kinds import KINDS

BUSY_SECONDS = 2  # for rows that another job is working on


class PushAnswers(models.AbstractModel):
    """Takes the answers of finished batches over into what they are about, as far as
    no other job is working on it.

    Extended for each flow: ``_fold(channel, batches)`` runs as the channel's own user.
    """

    _name = "channel.push.answer"
    _description = "Answers of Channels"

    _kinds = ()
    _held = ""  # field of items: the rows to have for oneself; empty: none

    def _run(self):
        """Fold all batches that have been answered."""
        batches = (
            self.env["channel.push.batch"]
            .sudo()  # one job for all companies: below, each channel's own user goes on
            .search(
                [
                    ("kind", "in", self._kinds),
                    ("folded", "=", False),
                    ("state", "not in", ("pending", "sent")),
                ],
                order="id",
            )
        )
        free = self._free(batches) if self._held else batches
        for channel, rows in free.grouped("channel_id").items():
            worker = channel._as_worker()
            self.with_env(worker.env)._fold(worker, rows.with_env(worker.env))

    def _free(self, batches):
        """Those batches whose rows no other job is working on; the others are looked at
        again."""
        rows = batches.item_ids[self._held]
        query = SQL(
            "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id"
            " FOR NO KEY UPDATE SKIP LOCKED",
            SQL.identifier(rows._table),
            rows.ids,
        )
        held = {row[0] for row in hold(self.env.cr, query)}
        free = batches.filtered(
            lambda batch: held.issuperset(batch.item_ids[self._held].ids)
        )
        if free != batches:
            model, method = KINDS[self._kinds[0]].folding
            self.env["channel.wakeup"]._later(self.env[model], method, BUSY_SECONDS)
        return free
