from uuid import uuid4

from odoo import fields, models
from odoo.exceptions import UserError

from ..services.roles import as_workers


class ChannelRefund(models.Model):
    """What is to be paid back at the channel for one credit note that people made.

    Only jobs write it; its ``key`` is told to the channel and recognised when the
    channel tells of the refund, whichever of the two comes first.
    """

    _name = "channel.refund"
    _description = "Refund to Make at the Channel"
    _order = "id desc"
    _rec_name = "move_id"

    move_id = fields.Many2one(
        "account.move",
        required=True,
        readonly=True,
        ondelete="cascade",
        string="Credit Note",
    )
    order_id = fields.Many2one(
        "channel.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(related="order_id.channel_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid4()),
        help="Names the refund towards the channel, also when it is sent again.",
    )
    state = fields.Selection(
        [
            ("open", "To send"),
            ("sent", "Being paid back"),
            ("done", "Paid back"),
            ("rejected", "Refused"),
            ("there", "Made there by hand"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    notify = fields.Boolean(readonly=True, help="The channel tells the customer.")
    restock = fields.Boolean(
        readonly=True, help="Shipped units go back on the channel's shelf."
    )
    over = fields.Boolean(
        readonly=True, help="More may be paid back than the buyer has paid."
    )
    answer = fields.Char(readonly=True, help="Why the channel refused it.")
    external_id = fields.Char(readonly=True, help="The refund's id at the channel.")
    confirmed_at = fields.Datetime(readonly=True)

    _move_unique = models.Constraint(
        "UNIQUE(move_id)", "A credit note is paid back once."
    )
    _channel_key_unique = models.Constraint(
        "UNIQUE(channel_id, key)", "A refund's key is its own."
    )
    _unfinished_index = models.Index("(channel_id, id) WHERE state IN ('open', 'sent')")

    def _request(self, move, *, there=False, notify=False, restock=False, over=False):
        """Have a credit note paid back at the channel of its order.

        :param move: posted, of the channel's order; the caller has checked the role.
        :param there: people did so at the channel already.
        """
        order = move._channel_refund_order()
        row = self.search([("move_id", "=", move.id)])
        if move.channel_refund_key or row.filtered(lambda r: r.state in BUSY):
            raise UserError(
                self.env._(
                    "%s is paid back at the channel already, or is about to be.",
                    move.name,
                )
            )
        values = {
            "state": "there" if there else "open",
            "notify": notify,
            "restock": restock,
            "over": over,
            "answer": False,
        }
        for worker in as_workers(order):
            mine = row.with_env(worker.env)
            if mine:
                mine.write(values)
            else:
                mine = mine.create({**values, "move_id": move.id, "order_id": order.id})
            mine.move_id.channel_order_id = worker
            mine._settle()
            if there:
                worker.accounting_state = "ready"
                mine.env["channel.wakeup"]._after_commit(
                    worker.browse(), "_job_account"
                )
        self._wake()

    def _settle(self):
        """Nothing holds these refunds back any more."""
        for refund in self:
            self.env["channel.issue"]._settle(
                refund.channel_id, "refund_rejected", [refund._subject()]
            )

    def _subject(self):
        return f"refund:{self.move_id.id}"

    def _resume_issues(self, issues):
        """Send again what the channel had refused."""
        refused = self.search(
            [("order_id", "in", issues.order_id.ids), ("state", "=", "rejected")]
        )
        refused.write({"state": "open"})
        self._wake()

    def _adopt(self, external_id):
        """The channel has made it: its credit note is the one of that refund."""
        self.ensure_one()
        self.write(
            {
                "state": "done",
                "external_id": external_id,
                "answer": False,
                "confirmed_at": self.confirmed_at or fields.Datetime.now(),
            }
        )
        self.move_id.channel_refund_key = external_id
        self._settle()

    def _wake(self):
        self.env["channel.wakeup"]._after_commit(self.browse(), "_job_push")

    def _job_push(self):
        """Prepare refunds to be paid back at the channels, and take answers over"""
        return self.env["channel.refund.push"]._run()


BUSY = ("open", "sent", "done")
