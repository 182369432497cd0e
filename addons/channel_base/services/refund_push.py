from uuid import uuid4

from odoo import models

from ..adapter import codec
from ..adapter.port import Capability
from .refund_target import Unclear


class RefundPush(models.AbstractModel):
    """Refunds on their way to the channels: answers in, batches out, each of them one
    refund. It works in the lane that credits refunds of the channels."""

    _name = "channel.refund.push"
    _description = "Refunds Paid Back at the Channels"

    def _run(self):
        """Do all that can be done now; every step can be repeated."""
        self.env["channel.refund.answer"]._run()
        for channel in self.env["channel.channel"]._sending("refund"):
            worker = channel._as_worker()
            if Capability.REFUND_PUSH in worker._capabilities():
                self.with_env(worker.env)._freeze(worker)

    # --- batches out ------------------------------------------------------------------

    def _freeze(self, channel):
        """Freeze the open refunds of posted credit notes, one call each."""
        refunds = self.env["channel.refund"].search(
            [
                ("channel_id", "=", channel.id),
                ("state", "=", "open"),
                ("move_id.state", "=", "posted"),
            ],
            order="id",
        )
        for refund in refunds:
            try:
                target = self.env["channel.refund.target"]._canonical(refund)
            except Unclear as error:
                self._reject(refund, error.args[0])
                continue
            batch = self.env["channel.push.batch"].create(
                self._prepare_batch_values(channel, refund, target)
            )
            refund.state = "sent"
            self.env["channel.wakeup"]._after_commit(batch, "_job_send")

    def _prepare_batch_values(self, channel, refund, target):
        item = {
            "channel_id": channel.id,
            "key": refund.key,
            "order_id": refund.order_id.id,
            "payload": codec.dumps(target),
        }
        return {
            "channel_id": channel.id,
            "kind": "refund",
            "key": str(uuid4()),
            "folded": False,
            "item_ids": [(0, 0, item)],
        }

    # --- refusals ---------------------------------------------------------------------

    def _reject(self, refund, why):
        credit = refund.move_id
        refund.write({"state": "rejected", "answer": why})
        self.env["channel.issue"]._report(
            refund.channel_id,
            "refund_rejected",
            refund._subject(),
            self.env._(
                "%(channel)s did not pay %(amount)s of credit note %(credit)s back for"
                " order %(order)s: %(answer)s Correct it here or there, then resolve"
                " this issue to send it again; if you pay it back there by hand, say so"
                " on the credit note.",
                channel=refund.channel_id.name,
                amount=f"{credit.amount_total} {credit.currency_id.name}",
                credit=credit.name,
                order=refund.order_id.name,
                answer=why,
            ),
            order=refund.order_id,
        )

    # --- what the channel tells -------------------------------------------------------

    def _recognise(self, rows, refund, due):
        """Which of an order's refunds that were asked for here the channel tells of.

        :param rows: ``channel.refund``s that are not known to be made yet.
        :param refund: canonical. :param due: what it paid back.
        :return: the one, and whether one that is under way could be it.
        """
        answered = self.env["channel.push.item"].search(
            [
                ("order_id", "in", rows.order_id.ids),
                ("batch_id.kind", "=", "refund"),
                ("external_id", "=", refund.external_id),
            ]
        )
        keys = set(answered.mapped("key"))
        for row in rows:
            if row.key in keys or row.key in refund.note:
                return row, False
        same = rows.filtered(
            lambda row: not row.move_id.currency_id.compare_amounts(
                row.move_id.amount_total, float(due)
            )
        )
        by_hand = same.filtered(lambda row: row.state == "there")[:1]
        under_way = same.filtered(lambda row: row.state == "sent")
        return by_hand, bool(under_way and not by_hand)
