from odoo import models

from ..adapter import codec
from ..adapter.canonical import ReturnAction, ReturnVerb

REACHED = {
    ReturnVerb.APPROVE: "open",
    ReturnVerb.DECLINE: "declined",
    ReturnVerb.CLOSE: "closed",
}


class ReturnAnswer(models.AbstractModel):
    """Take the answers of finished batches over into the returns."""

    _name = "channel.return.answer"
    _inherit = "channel.push.answer"
    _description = "Answers on Returns"

    _kinds = ("return",)
    _held = "channel_return_id"

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
