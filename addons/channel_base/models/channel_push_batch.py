from odoo import fields, models

from ..services import push_sql
from ..services.autonomous import autonomous


class ChannelPushBatch(models.Model):
    """One call to be made: frozen items under one idempotency key.

    The send job writes batch and items only; the stock lane folds the answers into the
    levels (``folded``). Batches that read travel the same way as those that write, so
    that one sender per channel and kind keeps both in order.
    """

    _name = "channel.push.batch"
    _description = "Channel Push Batch"
    _order = "id desc"
    _rec_name = "key"

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("stock", "Stock"),
            ("shipment", "Shipments"),
            ("refund", "Refunds"),
            ("price", "Prices"),
            ("return", "Returns"),
            ("product", "Products"),
            ("shipping_order", "Shipping orders"),
            ("shipping_cancel", "Cancelled shipping orders"),
        ],
        required=True,
        readonly=True,
    )
    verb = fields.Selection(
        [
            ("write", "Set"),
            ("read", "Read"),
            ("look", "Read, not counted here"),
            ("count", "Read to count stock here"),
            ("note", "Told by the channel"),
        ],
        default="write",
        required=True,
        readonly=True,
    )
    key = fields.Char(required=True, readonly=True, help="Idempotency key.")
    state = fields.Selection(
        [
            ("pending", "To send"),
            ("sent", "Sent, answer awaited"),
            ("done", "Done"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    parent_id = fields.Many2one(
        "channel.push.batch",
        readonly=True,
        help="The batch whose remaining rows this one sends again under a new key.",
    )
    ticket = fields.Char(readonly=True)
    poll_at = fields.Datetime(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    answered_at = fields.Datetime(readonly=True)
    folded = fields.Boolean(
        default=False,
        required=True,
        readonly=True,
        help="Its answers have been taken over.",
    )
    item_ids = fields.One2many("channel.push.item", "batch_id", readonly=True)
    attempt_ids = fields.One2many("channel.push.attempt", "batch_id", readonly=True)

    _channel_key_unique = models.Constraint(
        "UNIQUE(channel_id, key)", "An idempotency key is used for one batch."
    )
    _open_index = models.Index("(channel_id, kind) WHERE state IN ('pending', 'sent')")
    _counting_index = models.Index("(channel_id) WHERE verb = 'count' AND NOT folded")
    _unfolded_index = models.Index(
        "(kind) WHERE NOT folded AND state NOT IN ('pending', 'sent')"
    )

    def _begun(self):
        """Those of some locked batches whose calls may have been made, as of this very
        moment.

        Their rows are locked, so no call begins from now on; one that began before may
        be missing in this transaction's snapshot.
        """

        def look(cr):
            cr.execute(push_sql.ATTEMPTED, {"batches": self.ids})
            return [batch_id for (batch_id,) in cr.fetchall()]

        return self.browse(autonomous(self.env, look))

    def _job_send(self):
        """Make the call of a batch, or ask for its answer"""
        return self.env["channel.push.send"]._run(self)

    def _job_prepare_shipments(self):
        """Prepare shipment confirmations"""
        return self.env["channel.shipment.prepare"]._run()
