from odoo import models

PAGE = 2000  # orders that one step compares

# Orders whose state at the channel was stored, and of which documents were made.
NEXT = """
SELECT array_agg(id ORDER BY id) FROM (
    SELECT orders.id FROM channel_order orders
     WHERE orders.channel_id = %(channel)s AND orders.revised_at >= %(since)s
       AND orders.sale_order_id IS NOT NULL
       AND orders.state IN ('imported', 'cancelled')
       AND orders.id > %(position)s
     ORDER BY orders.id LIMIT %(limit)s) page
"""
UNAPPLIED = """
SELECT EXISTS (
    SELECT FROM channel_order
     WHERE channel_id = %(channel)s AND (state = 'new' OR to_apply)
       AND revised_at < %(started)s)
"""


class ReconcileDocuments(models.AbstractModel):
    """Documents of orders beside what the channel says of these orders.

    The reconciliation of orders has asked the channel and stored what it says; this one
    goes on from there, so nothing is asked twice.
    """

    _name = "channel.reconcile.documents"
    _inherit = "channel.reconcile.stream"
    _description = "Reconciliation of Documents"

    _after = ("orders",)
    _theirs = None  # statement that stages what the channel says of %(orders)s

    def _expected(self, channel, since):
        return self.env["channel.order"].search_count(
            [
                ("channel_id", "=", channel.id),
                ("revised_at", ">=", since),
                ("sale_order_id", "!=", False),
            ]
        )

    def _must_wait(self, run):
        """Orders that were read are applied to their documents first."""
        if super()._must_wait(run):
            return True
        if not run.channel_id._is_operating("order"):
            return False
        values = {"channel": run.channel_id.id, "started": run.started_at}
        self.env.cr.execute(UNAPPLIED, values)
        return self.env.cr.fetchone()[0]

    def _read(self, channel, run):
        self.env.flush_all()
        self.env.cr.execute(
            NEXT,
            {
                "channel": channel.id,
                "since": run.since,
                "position": int(run.position or 0),
                "limit": PAGE,
            },
        )
        orders = self.env.cr.fetchone()[0] or []
        values = {"run": run.id, "page": run.page, "orders": orders}
        self.env.cr.execute(self._theirs, values)
        return (str(orders[-1]) if len(orders) == PAGE else None), 0
