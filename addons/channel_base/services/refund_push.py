from uuid import uuid4

from odoo import models

from ..adapter import codec
from ..adapter.port import Capability
from .hold import hold
from .refund_target import Unclear

BUSY_SECONDS = 2  # for orders that another job is working on
HOLD = """
    SELECT id FROM channel_order WHERE id = ANY(%s)
     ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""


class RefundPush(models.AbstractModel):
    """Refunds on their way to the channels: answers in, batches out, each of them one
    refund. It works in the lane that credits refunds of the channels."""

    _name = "channel.refund.push"
    _description = "Refunds Paid Back at the Channels"

    def _run(self):
        """Do all that can be done now; every step can be repeated."""
        self._take_answers()
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

    # --- answers in -------------------------------------------------------------------

    def _take_answers(self):
        """Fold all batches that have been answered."""
        batches = (
            self.env["channel.push.batch"]
            .sudo()  # one job for all companies: below, each channel's own user goes on
            .search(
                [
                    ("kind", "=", "refund"),
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
        """Those batches whose orders no other job is working on; the others are looked
        at again."""
        orders = batches.item_ids.order_id
        held = {row[0] for row in hold(self.env.cr, HOLD, [orders.ids])}
        free = batches.filtered(
            lambda batch: held.issuperset(batch.item_ids.order_id.ids)
        )
        if free != batches:
            self.env["channel.wakeup"]._later(
                self.env["channel.refund"], "_job_push", BUSY_SECONDS
            )
        return free

    def _fold(self, channel, batches):
        refunds = self.env["channel.refund"].search(
            [
                ("channel_id", "=", channel.id),
                ("key", "in", batches.item_ids.mapped("key")),
            ]
        )
        by_key = {refund.key: refund for refund in refunds}
        for item in batches.item_ids.sorted("id"):
            refund = by_key.get(item.key)
            # the channel may have told of it before it answered
            if refund and refund.state == "sent":
                self._fold_item(refund, item)
        batches.write({"folded": True})
        orders = batches.item_ids.order_id
        orders.accounting_state = "ready"
        self.env["channel.wakeup"]._after_commit(orders.browse(), "_job_account")
        # its payments are told with the order
        self.env["channel.event"]._ask(channel, orders.mapped("external_id"))
        self.env["channel.wakeup"]._after_commit(channel, "_job_fetch")

    def _fold_item(self, refund, item):
        if item.status == "done" and item.external_id:
            refund._adopt(item.external_id)
        elif item.status == "rejected":
            self._reject(refund, item.message or item.code)
        else:  # it never left, or another key is to be used
            refund.state = "open"
            refund._wake()

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
