from odoo import models

from ..adapter.port import Capability

THEIRS = """
INSERT INTO channel_reconciliation_seen (run_id, company_id, external_id, page, facts)
SELECT %(run)s, line.company_id, line.external_id, %(page)s,
       jsonb_build_object('shipped', coalesce(line.fulfilled, 0))
  FROM channel_order_line line
  JOIN channel_order orders ON orders.id = line.order_id AND orders.state = 'imported'
 WHERE line.order_id = ANY(%(orders)s) AND line.requires_shipping
   AND line.kind = 'product'
    ON CONFLICT (run_id, external_id) DO UPDATE
   SET page = excluded.page, facts = excluded.facts
"""
# What was told since the order was read is not in it yet. Units that never came into
# Odoo are not ours to tell of; what came back later was shipped all the same.
OURS = """
SELECT CASE WHEN differs.cause IS NULL THEN seen.facts
            ELSE jsonb_build_object('shipped', here.delivered::int) END AS facts,
       differs.cause,
       orders.name || ': ' || coalesce(line.title, line.sku, line.external_id) AS name,
       orders.id AS order_id, NULL::int AS listing_id
  FROM channel_order_line line
  JOIN channel_order orders ON orders.id = line.order_id
 CROSS JOIN LATERAL (
        SELECT coalesce(sum(product_uom_qty), 0) AS ordered,
               coalesce(sum(qty_delivered), 0) AS delivered
          FROM sale_order_line
         WHERE channel_line_id = line.id AND state <> 'cancel'
           AND qty_delivered_method = 'stock_move') here
 CROSS JOIN LATERAL (
        SELECT coalesce(sum(told.quantity), 0) AS units,
               coalesce(bool_or(shipment.state = 'done'
                                AND shipment.confirmed_at >= orders.fetched_at), FALSE)
                   AS since
          FROM channel_shipment_line told
          JOIN channel_shipment shipment ON shipment.id = told.shipment_id
         WHERE told.line_id = line.id AND shipment.state = 'done') told
 CROSS JOIN LATERAL (
        SELECT greatest(coalesce(line.fulfilled, 0),
                        CASE WHEN told.since THEN told.units ELSE 0 END) AS shown,
               line.quantity - coalesce(line.cancelled, 0) AS wanted) there
 CROSS JOIN LATERAL (
        SELECT CASE
            WHEN there.shown < there.wanted
                 AND here.delivered
                     > there.shown - greatest(0, there.wanted - here.ordered)
            THEN CASE WHEN told.units >= here.delivered THEN 'taken_back'
                      ELSE 'not_told' END
            WHEN there.shown > greatest(here.delivered, told.units)
                 AND here.ordered > here.delivered
            THEN 'shipped_there' END AS cause) differs
 WHERE line.channel_id = run.channel_id AND line.external_id = seen.external_id
"""
UNTOLD = """
SELECT EXISTS (SELECT FROM channel_reconciliation_line
                WHERE run_id = %(run)s AND outcome = 'pending' AND cause = 'not_told')
"""
WAITING = """
SELECT EXISTS (SELECT FROM channel_intent WHERE kind = 'shipment')
    OR EXISTS (
        SELECT FROM channel_reconciliation_line line
          JOIN channel_shipment shipment ON shipment.order_id = line.order_id
         WHERE line.run_id = %(run)s AND line.outcome = 'pending'
           AND shipment.state IN ('open', 'sent'))
"""


class ReconcileFulfilments(models.AbstractModel):
    """Units that left here beside those that the channel shows as shipped, line by
    line. What it was never told goes the way of all shipments; what others shipped or
    took back there is a person's."""

    _name = "channel.reconcile.fulfilments"
    _inherit = "channel.reconcile.documents"
    _description = "Reconciliation of Shipments"

    _flow = "shipment"
    _ours = OURS
    _theirs = THEIRS

    def _is_offered(self, channel):
        return (
            Capability.SHIPMENT_PUSH in channel._capabilities()
            and channel in channel._sending(self._flow)
        )

    def _repair(self, channel, run):
        self.env.cr.execute(UNTOLD, {"run": run.id})
        if self.env.cr.fetchone()[0]:
            self.env["channel.shipment"]._note_untold(channel)

    def _is_waiting(self, run):
        self.env.cr.execute(WAITING, {"run": run.id})
        return self.env.cr.fetchone()[0]

    def _message(self, line):
        names = {
            "order": line.name,
            "channel": line.channel_id.name,
            "ours": (line.ours or {}).get("shipped", 0),
            "theirs": (line.theirs or {}).get("shipped", 0),
        }
        if line.cause == "taken_back":
            return self.env._(
                "%(order)s: %(ours)s units left here and %(channel)s was told, but it"
                " shows %(theirs)s by now: somebody cancelled a shipment there. If the"
                " goods come back, take them in by a return; else mark them as shipped"
                " there. Then resolve this issue.",
                **names,
            )
        if line.cause == "shipped_there":
            return self.env._(
                "%(order)s: %(channel)s shows %(theirs)s units as shipped, %(ours)s"
                " left here, and more are to leave: they could go twice. Validate the"
                " transfer if they have gone, cancel it if others have shipped them,"
                " then resolve this issue.",
                **names,
            )
        return self.env._(
            "%(order)s: %(ours)s units left here, %(channel)s shows %(theirs)s as"
            " shipped and could not be told. Look at the order's shipments, correct"
            " what is in their way, then resolve this issue.",
            **names,
        )
