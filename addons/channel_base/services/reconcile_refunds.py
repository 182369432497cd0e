from decimal import Decimal

from odoo import models

from ..books.edited import paybacks_of_surplus
from ..books.payments import received
from .order_draft import edited_state

# Of orders that are paid there and are to be invoiced here by now: what the buyer owes
# in the end, and has paid in the end. Taxes are compared where nothing was given back
# and none is the marketplace's own to pay.
THEIRS = """
INSERT INTO channel_reconciliation_seen (run_id, company_id, external_id, page, facts)
SELECT %(run)s, orders.company_id, orders.external_id, %(page)s,
       jsonb_strip_nulls(jsonb_build_object(
           'invoiced', total.amount - refunds.total,
           'paid', least(paid.amount, total.amount) - refunds.total,
           'tax', CASE WHEN NOT refunds.any AND NOT known.value
                            @@ '$.**.remitted == true'
                       THEN (known.value #>> '{tax_total,amount}')::numeric END))
  FROM channel_order orders
  JOIN channel_channel channel ON channel.id = orders.channel_id
  JOIN sale_order sale ON sale.id = orders.sale_order_id
 CROSS JOIN LATERAL (SELECT orders.snapshot::jsonb -> 'value' AS value) known
 CROSS JOIN LATERAL (
        SELECT (known.value #>> '{total,amount}')::numeric AS amount,
               known.value #>> '{total,currency}' AS currency) total
 CROSS JOIN LATERAL (
        SELECT coalesce(sum((refund #>> '{total,amount}')::numeric), 0) AS total,
               count(*) > 0 AS any
          FROM jsonb_array_elements(known.value -> 'refunds') refund) refunds
 CROSS JOIN LATERAL (
        SELECT coalesce(sum((payment #>> '{amount,amount}')::numeric
                            * CASE payment ->> 'kind' WHEN 'change' THEN -1
                                                      ELSE 1 END), 0) AS amount
          FROM jsonb_array_elements(known.value -> 'payments') payment
         WHERE payment ->> 'status' = 'success'
           AND payment ->> 'kind' IN ('sale', 'capture', 'change')
           AND payment #>> '{amount,currency}' = total.currency) paid
 WHERE orders.id = ANY(%(orders)s)
   AND orders.payment_state IN ('paid', 'partially_refunded', 'refunded')
   AND (sale.state = 'sale'
        AND (channel.invoice_policy = 'paid' OR sale.invoice_status = 'invoiced')
        OR EXISTS (SELECT FROM account_move move
                    WHERE move.channel_order_id = orders.id AND move.state = 'posted'))
    ON CONFLICT (run_id, external_id) DO UPDATE
   SET page = excluded.page, facts = excluded.facts
"""
# Marketplaces state totals as they were ordered: of these orders they say too much.
TAKEN_OFF = """
SELECT array_agg(orders.id)
  FROM channel_reconciliation_seen seen
  JOIN channel_reconciliation run ON run.id = seen.run_id
  JOIN channel_order orders ON orders.channel_id = run.channel_id
   AND orders.external_id = seen.external_id
 WHERE run.id = %(run)s AND seen.page = %(page)s
   AND (orders.snapshot::jsonb -> 'value' @> '{"edited": true}'
        OR EXISTS (SELECT FROM channel_order_line line
                    WHERE line.order_id = orders.id AND line.cancelled > 0))
"""
# Whoever paid an invoice: what is not open any more is paid. Less than the smallest
# unit of the currency is no difference.
OURS = """
SELECT (SELECT jsonb_object_agg(fact.key, CASE
                   WHEN abs(fact.amount - fact.value::numeric) < currency.rounding
                   THEN fact.value ELSE to_jsonb(fact.amount) END)
          FROM (SELECT theirs.key, theirs.value, CASE theirs.key
                           WHEN 'invoiced' THEN books.total
                           WHEN 'paid' THEN books.total - books.open
                           ELSE books.tax END AS amount
                  FROM jsonb_each(seen.facts) theirs) fact) AS facts,
       NULL AS cause, orders.name, orders.id AS order_id, NULL::int AS listing_id
  FROM channel_order orders
  JOIN res_currency currency ON currency.id = orders.currency_id
 CROSS JOIN LATERAL (
        SELECT coalesce(sum(sign * amount_total), 0)::numeric AS total,
               coalesce(sum(sign * amount_residual), 0)::numeric AS open,
               coalesce(sum(sign * amount_tax), 0)::numeric AS tax
          FROM account_move move
         CROSS JOIN LATERAL (
                SELECT CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                       AS sign) side
         WHERE move.state = 'posted'
           AND move.move_type IN ('out_invoice', 'out_refund')
           AND (move.channel_order_id = orders.id
                OR move.reversed_entry_id IN (
                   SELECT id FROM account_move
                    WHERE channel_order_id = orders.id))) books
 WHERE orders.channel_id = run.channel_id AND orders.external_id = seen.external_id
"""
RING = """
UPDATE channel_order orders SET accounting_state = 'ready'
  FROM channel_reconciliation_line line
  JOIN channel_reconciliation_seen seen ON seen.run_id = line.run_id
   AND seen.external_id = line.external_id AND seen.page = %(page)s
 WHERE line.run_id = %(run)s AND line.outcome = 'pending'
   AND orders.id = line.order_id AND orders.accounting_state IN ('waiting', 'done')
   -- what a person has credited would be invoiced once more
   AND NOT EXISTS (SELECT FROM account_move credit
                     JOIN account_move invoice ON invoice.id = credit.reversed_entry_id
                    WHERE invoice.channel_order_id = orders.id
                      AND credit.channel_refund_key IS NULL
                      AND credit.state = 'posted')
"""
WAITING = """
SELECT EXISTS (
    SELECT FROM channel_reconciliation_line line
      JOIN channel_order orders ON orders.id = line.order_id
     WHERE line.run_id = %(run)s AND line.outcome = 'pending'
       AND (orders.accounting_state = 'ready' OR orders.to_apply))
"""


class ReconcileRefunds(models.AbstractModel):
    """Invoices, credit notes and payments beside what the channel charged, was paid and
    paid back. Where they differ, the order is accounted for once more."""

    _name = "channel.reconcile.refunds"
    _inherit = "channel.reconcile.documents"
    _description = "Reconciliation of Books"

    _flow = "order"
    _cause = "books"
    _ours = OURS
    _theirs = THEIRS

    def _is_offered(self, channel):
        return channel in channel._sending(self._flow)

    def _read(self, channel, run):
        result = super()._read(channel, run)
        self.env.cr.execute(TAKEN_OFF, {"run": run.id, "page": run.page})
        orders = self.env["channel.order"].browse(self.env.cr.fetchone()[0] or [])
        self._stage(run, {order.external_id: _facts(order) for order in orders})
        return result

    def _repair(self, channel, run):
        Order = self.env["channel.order"]
        self.env.cr.execute(RING, {"run": run.id, "page": run.page})
        Order.invalidate_model(["accounting_state"], flush=False)
        if self.env.cr.rowcount:
            self.env["channel.wakeup"]._after_commit(Order, "_job_account")

    def _is_waiting(self, run):
        self.env.cr.execute(WAITING, {"run": run.id})
        return self.env.cr.fetchone()[0]

    def _message(self, line):
        return self.env._(
            "The books of order %(order)s are not what %(channel)s charged. Here:"
            " %(ours)s. There: %(theirs)s. Look at the order's invoices, credit notes"
            " and payments for what was changed or is missing, correct it, then resolve"
            " this issue, and it is compared again.",
            order=line.name,
            channel=line.channel_id.name,
            ours=line.ours_text,
            theirs=line.theirs_text,
        )


def _facts(order):
    """What the buyer owes in the end, and has paid in the end, of what edits left."""
    external = edited_state(order, order.snapshot)
    surplus = paybacks_of_surplus(external)
    total, back, too_much = external.total.amount, Decimal(0), Decimal(0)
    for refund in external.refunds:
        if refund.external_id in surplus:
            too_much += refund.total.amount
        else:
            back += refund.total.amount
    paid = min(received(external) - too_much, total)
    facts = {"invoiced": float(total - back), "paid": float(paid - back)}
    remitted = any(
        tax.remitted
        for part in (*external.lines, *external.shipping)
        for tax in part.taxes
    )
    if not external.refunds and not remitted:
        facts["tax"] = float(external.tax_total.amount)
    return facts
