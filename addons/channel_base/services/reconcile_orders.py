from datetime import UTC, datetime, timedelta

from odoo import models

from ..adapter.errors import TransientError
from ..adapter.webhook import Resource, WebhookEvent
from .change_page import cut
from .plain import clean, naive

PAGE = 1000  # orders that one step compares
LAG = timedelta(minutes=10)  # lists show changes late

# A fulfilment order may have changed after its order; of closed and open orders only
# the snapshot knows.
OURS = """
SELECT jsonb_build_object(
           'updated_at', CASE
               WHEN orders.revised_at >= (seen.facts ->> 'updated_at')::timestamp
               THEN seen.facts -> 'updated_at' ELSE to_jsonb(orders.revised_at) END,
           'state', known.value -> 'state',
           'payment_state', orders.payment_state,
           'fulfilment_state', orders.fulfilment_state,
           'total', (known.value #>> '{total,amount}')::numeric,
           -- money that is under way may be in their sum or not
           'refunded', CASE WHEN refunds.open THEN seen.facts -> 'refunded'
                            ELSE to_jsonb(coalesce(refunds.total, 0)) END
       ) AS facts,
       NULL AS cause, orders.name, orders.id AS order_id, NULL::int AS listing_id
  FROM channel_order orders
 CROSS JOIN LATERAL (SELECT orders.snapshot::jsonb -> 'value' AS value) known
 CROSS JOIN LATERAL (
        SELECT sum((refund #>> '{total,amount}')::numeric) AS total,
               bool_or(refund @> '{"payments": [{"status": "pending"}]}') AS open
          FROM jsonb_array_elements(known.value -> 'refunds') refund) refunds
 WHERE orders.channel_id = run.channel_id AND orders.external_id = seen.external_id
"""
UNSEEN = """
INSERT INTO channel_reconciliation_line
       (run_id, channel_id, company_id, external_id, name, order_id, cause, outcome)
SELECT run.id, run.channel_id, run.company_id, orders.external_id, orders.name,
       orders.id, 'unseen', %(outcome)s
  FROM channel_reconciliation run
  JOIN channel_order orders ON orders.channel_id = run.channel_id
   AND orders.revised_at >= run.since AND orders.revised_at < %(until)s
   AND orders.state NOT IN ('cancelled', 'shadow')
 WHERE run.id = %(run)s
   AND NOT EXISTS (SELECT FROM channel_reconciliation_seen seen
                    WHERE seen.run_id = run.id
                      AND seen.external_id = orders.external_id)
    ON CONFLICT (run_id, external_id) DO NOTHING
"""
WAITING = """
SELECT EXISTS (
    SELECT FROM channel_reconciliation_line line
      LEFT JOIN channel_order orders ON orders.id = line.order_id
     WHERE line.run_id = %(run)s AND line.outcome = 'pending'
       AND EXISTS (SELECT FROM channel_event event
                    WHERE event.channel_id = line.channel_id
                      AND event.external_id = line.external_id
                      AND event.resource = 'order' AND event.state = 'new'))
"""
# Left alone here (too old), gone there meanwhile, or renamed when it was paid.
NO_DIFFERENCE = """
DELETE FROM channel_reconciliation_line line
 WHERE run_id = %(run)s AND outcome = 'pending'
   AND (cause = 'missing' AND EXISTS (
            SELECT FROM channel_event event
             WHERE event.channel_id = line.channel_id AND event.state = 'done'
               AND event.event_key = 'reconcile:' || line.run_id || ':'
                                     || line.external_id)
        OR cause = 'gone' AND NOT EXISTS (
            SELECT FROM channel_order orders
             WHERE orders.id = line.order_id
               AND orders.external_id = line.external_id))
"""


class ReconcileOrders(models.AbstractModel):
    """Orders that changed at the channel in the last weeks, whenever they were placed.

    What is unknown, older or otherwise here comes in by the inbox.
    """

    _name = "channel.reconcile.orders"
    _inherit = "channel.reconcile.stream"
    _description = "Reconciliation of Orders"

    _flow = "order"
    _ours = OURS

    def _expected(self, channel, since):
        return self.env["channel.order"].search_count(
            [("channel_id", "=", channel.id), ("revised_at", ">=", since)]
        )

    # --- reading ----------------------------------------------------------------------

    def _read(self, channel, run):
        reached = run.position and datetime.fromisoformat(run.position)
        since = reached or run.since.replace(tzinfo=UTC)
        page, complete = cut(channel._adapter().order_checks(since), reached, PAGE)
        wanted = [check for check in page if self._is_wanted(channel, check)]
        self._stage(run, {clean(c.external_id): _facts(c) for c in wanted})
        return (None if complete else page[-1].updated_at.isoformat()), 0

    def _is_wanted(self, channel, check):
        """Not those of before the import begins."""
        return not check.placed_at or naive(check.placed_at) >= channel.import_from

    # --- repairing --------------------------------------------------------------------

    def _repair(self, channel, run):
        self.env.cr.execute(
            """
            SELECT line.external_id, seen.facts ->> 'updated_at'
              FROM channel_reconciliation_line line
              JOIN channel_reconciliation_seen seen ON seen.run_id = line.run_id
               AND seen.external_id = line.external_id AND seen.page = %s
             WHERE line.run_id = %s AND line.outcome = 'pending'
             ORDER BY line.id
            """,
            (run.page, run.id),
        )
        events = [_event(run, *row) for row in self.env.cr.fetchall()]
        self.env["channel.event"]._note(channel, events, "reconcile")

    def _find_unseen(self, channel, run):
        self.env.cr.execute(
            UNSEEN,
            {
                "run": run.id,
                "until": run.started_at - LAG,
                "outcome": "asking" if channel.reconcile_repair else "left",
            },
        )

    def _ask_batch(self, channel):
        return channel._adapter_class().order_batch

    def _ask(self, channel, run, lines):
        # not beside a job that stores the same orders
        self.env["channel.cursor"]._lock(channel, "fetch")
        by_id = lines.grouped("external_id")
        reads = tuple(channel._adapter().read_orders(tuple(by_id)))
        for read in reads:
            if isinstance(read.error, TransientError):
                raise read.error
        found = tuple(read for read in reads if read.order or read.error)
        changed = self.env["channel.order"]._store_reads(channel, found)
        for read in reads:
            line = by_id[read.external_id]
            if read.error:
                line.outcome = "pending"
            elif not read.order:
                line.write({"cause": "gone", "outcome": "pending"})
            elif line.order_id in changed:
                line.write({"cause": "differs", "outcome": "repaired"})
            else:
                line.unlink()

    def _settle(self, channel, run):
        result = super()._settle(channel, run)
        self.env.cr.execute(NO_DIFFERENCE, {"run": run.id})
        return result

    def _is_waiting(self, run):
        self.env.cr.execute(WAITING, {"run": run.id})
        return self.env.cr.fetchone()[0]

    def _message(self, line):
        if line.cause == "gone":
            return self.env._(
                "Order %(order)s is not at %(channel)s any more. If it was deleted"
                " there on purpose, cancel it here; else ask who did it. Then dismiss"
                " this issue.",
                order=line.name,
                channel=line.channel_id.name,
            )
        return super()._message(line)


def _facts(check):
    values = {
        "updated_at": naive(check.updated_at).isoformat(),
        "state": check.state and check.state.value,
        "payment_state": check.payment_state and check.payment_state.value,
        "fulfilment_state": check.fulfilment_state and check.fulfilment_state.value,
        # written and read as decimals by JSON and PostgreSQL
        "total": check.total and float(check.total.amount),
        "refunded": check.refunded and float(check.refunded.amount),
    }
    return {name: value for name, value in values.items() if value is not None}


def _event(run, external_id, updated_at):
    return WebhookEvent(
        event_key=f"reconcile:{run.id}:{external_id}",
        topic="reconcile",
        resource=Resource.ORDER,
        external_id=external_id,
        occurred_at=datetime.fromisoformat(updated_at).replace(tzinfo=UTC),
    )
