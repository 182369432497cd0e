from odoo import models

from ..adapter import codec
from ..adapter.canonical import ReturnAction, ReturnVerb
from .hold import hold

BUSY_SECONDS = 2  # for returns that another job is working on
HOLD = """
    SELECT id FROM channel_return WHERE id = ANY(%s)
     ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""
REACHED = {
    ReturnVerb.APPROVE: "open",
    ReturnVerb.DECLINE: "declined",
    ReturnVerb.CLOSE: "closed",
}


class ReturnAnswer(models.AbstractModel):
    """Take the answers of finished batches over into the returns."""

    _name = "channel.return.answer"
    _description = "Answers on Returns"

    def _run(self):
        batches = (
            self.env["channel.push.batch"]
            .sudo()  # one job for all companies: below, each channel's own user goes on
            .search(
                [
                    ("kind", "=", "return"),
                    ("folded", "=", False),
                    ("state", "not in", ("pending", "sent")),
                ],
                order="id",
            )
        )
        for channel, rows in self._free(batches).grouped("channel_id").items():
            worker = channel._as_worker()
            self.with_env(worker.env)._fold(worker, rows.with_env(worker.env))

    def _free(self, batches):
        ids = batches.item_ids.channel_return_id.ids
        held = {row[0] for row in hold(self.env.cr, HOLD, [ids])}
        free = batches.filtered(
            lambda batch: held.issuperset(batch.item_ids.channel_return_id.ids)
        )
        if free != batches:
            self.env["channel.wakeup"]._later(
                self.env["channel.return"], "_job_process", BUSY_SECONDS
            )
        return free

    def _fold(self, channel, batches):
        for item in batches.item_ids.sorted("id"):
            row = item.channel_return_id
            if row.push_state == "sent":
                self._fold_item(channel, row, item)
        batches.write({"folded": True})

    def _fold_item(self, channel, row, item):
        told = codec.loads(ReturnAction, item.payload)
        if item.status == "done":
            self._confirm(channel, row, told)
        elif item.status == "rejected":
            row.push_state = "rejected"
            self.env["channel.return.trouble"]._rejected(row, told, item)
        else:  # not applied: another row stopped the call, or it was taken back
            row.push_state = "open"

    def _confirm(self, channel, row, told):
        values = {"push_state": False, "to_apply": True}
        if told.verb in REACHED:
            values["external_state"] = REACHED[told.verb]
        row.write(values)
        units = {
            part.line: part.restocked + part.discarded + part.missing
            for part in told.lines
        }
        for line in row.line_ids.filtered(lambda line: line.external_id in units):
            line.told = units[line.external_id]
        sent = dict(told.exchanges)
        for part in row.exchange_ids.filtered(lambda part: part.external_id in sent):
            part.told = sent[part.external_id]
        self.env["channel.return.trouble"]._settle(row, ("return_rejected",))
