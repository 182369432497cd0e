from collections import Counter

from odoo import fields, models

from ..adapter import codec
from ..adapter.canonical import Resolution, Return
from .hold import hold
from .isolator import isolate

BATCH = 50  # returns a job
NEXT = """
    SELECT id, channel_id FROM channel_return
     WHERE to_apply AND channel_id = ANY(%s)
     ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
# Goods of returns that wait have left or come since: by intents, and, where a transfer
# and a return were committed at the same time, by looking.
NOTED = """
    WITH noted AS (
        DELETE FROM channel_intent
         WHERE id IN (SELECT id FROM channel_intent WHERE kind = 'return'
                       ORDER BY id LIMIT 1000)
        RETURNING picking_id)
    UPDATE channel_return SET to_apply = TRUE
     WHERE id IN (SELECT line.return_id
                    FROM noted
                    JOIN stock_move move ON move.picking_id = noted.picking_id
                    JOIN channel_return_line line
                      ON line.id = move.channel_return_line_id
                   UNION
                  SELECT waiting.id
                    FROM noted
                    JOIN stock_move move ON move.picking_id = noted.picking_id
                    JOIN sale_order_line sale_line ON sale_line.id = move.sale_line_id
                    JOIN channel_return_line line
                      ON line.line_id = sale_line.channel_line_id
                    JOIN channel_return waiting ON waiting.id = line.return_id
                   WHERE waiting.state NOT IN ('done', 'declined', 'cancelled'))
"""


class ReturnProcess(models.AbstractModel):
    """Returns step by step: decided, received, inspected, done. Each look starts from
    the rows, so whatever came first, the end is the same."""

    _name = "channel.return.process"
    _description = "Process Returns"

    def _run(self):
        """Do all that can be done now, in the lane that moves stock."""
        self.env["channel.return.answer"]._run()
        self.env.flush_all()
        self.env.cr.execute(NOTED)
        self.env.invalidate_all(flush=False)
        channels = self.env["channel.channel"]._operating("return")
        found = hold(self.env.cr, NEXT, [channels.ids, BATCH])
        by_channel = {}
        for row_id, channel_id in found:
            by_channel.setdefault(channel_id, []).append(row_id)
        for channel_id, ids in by_channel.items():
            # its service user alone sees which company this is about
            worker = self.env["channel.channel"].browse(channel_id).sudo()._as_worker()
            self.with_env(worker.env)._work(worker, ids)
        self.env["channel.return.freeze"]._run()
        if len(found) == BATCH:
            self.env["channel.return"]._wake()

    def _work(self, channel, ids):
        isolate(
            self.env,
            self.env["channel.return"].browse(ids),
            lambda rows: [self._look(channel, row) for row in rows],
            self._fail,
        )

    def _fail(self, row, error):
        row.to_apply = False
        self.env["channel.return.trouble"]._failed(row, error)

    # --- one return -------------------------------------------------------------------

    def _look(self, channel, row):
        external = codec.loads(Return, row.snapshot)
        Trouble = self.env["channel.return.trouble"]
        self._match(channel, row, external)
        self._follow(row)
        if self._is_to_decide(row):
            self._try_rules(channel, row)
        self._count(row)
        if channel.return_flow == "on":
            self._receive(row)
        row.state = self._state(row, external)
        if row.state != "done":
            row.reopened = False
        if channel.return_flow == "on":
            self._tell(channel, row)
        row.write({"to_apply": False, "applied_at": fields.Datetime.now()})
        Trouble._check(row)

    def _match(self, channel, row, external):
        Store = self.env["channel.return.store"]
        Store._link(channel, row, external)
        sold = row.order_id.line_ids.grouped("external_id")
        for line in row.line_ids.filtered(lambda line: not line.line_id):
            line.line_id = sold.get(line.external_line_id)
        for part in row.exchange_ids:
            found = [sold[one] for one in part.external_line_ids or () if one in sold]
            part.line_ids = row.order_id.line_ids.browse().concat(*found)

    def _is_to_decide(self, row):
        """Whether rules are asked: not about orders that are nobody's business here."""
        return (
            row.order_id
            and row.order_id.state != "ignored"
            and row.external_state == "requested"
            and not row.decision
        )

    def _follow(self, row):
        """What is decided at the channel holds, whatever was decided here."""
        there = {"open": "approve", "closed": "approve", "declined": "decline"}
        decision = there.get(row.external_state)
        if decision and row.decision != decision:
            row.write(
                {
                    "decision": decision,
                    "decided_by": "channel",
                    "decided_by_id": False,
                    "decided_at": fields.Datetime.now(),
                    "rule_id": False,
                    "rule_text": self.env._("Decided at the channel."),
                }
            )

    def _try_rules(self, channel, row):
        """Have a rule decide; one that leaves it to people is remembered, too."""
        rule, text = self.env["channel.return.rules"]._find(row)
        row.write({"rule_id": rule.id, "rule_text": text})
        if channel.return_flow != "on" or rule.outcome not in ("approve", "decline"):
            return
        values = {
            "decision": rule.outcome,
            "decided_by": "rule",
            "decided_at": fields.Datetime.now(),
        }
        if rule.outcome == "decline":
            values |= {
                "decline_reason": rule.decline_reason or "other",
                "decline_note": rule.decline_note,
            }
        row.write(values)

    def _receive(self, row):
        Transfer = self.env["channel.return.transfer"]
        ended = row.finished or row.external_state == "cancelled"
        if ended or row.decision == "decline":
            Transfer._cancel(row)
            row.unmade = False
        elif row.decision == "approve":
            Transfer._lower(row)
            if self._is_cancelled_here(row):
                row.transfer_cancelled = True
            if not row.transfer_cancelled:
                row.unmade = bool(Transfer._prepare(row))

    def _is_cancelled_here(self, row):
        """A person cancelled a transfer of goods that are still to come."""
        if all(line._settled() >= line.quantity for line in row.line_ids):
            return False
        Balance, cancelled = self.env["channel.return.balance"], Counter()
        for move in row.line_ids.move_ids:
            if move.state == "cancel" and move.location_id.usage == "customer":
                cancelled[move.product_id] += Balance._quantity(move)
        for one in row.inspection_ids:
            if one.disposition == "missing":
                cancelled[one.product_id] -= one.quantity
        return any(
            product.uom_id.compare(units, 0) > 0 for product, units in cancelled.items()
        )

    def _count(self, row):
        Balance = self.env["channel.return.balance"]
        for line in row.line_ids.filtered("line_id"):
            sold = line.line_id
            each = Balance._parts(sold)
            gone = self._inspected(row, line, each, ("scrap", "other"))
            dropped = self._dropped(line, each)
            if dropped > line.dropped and line._settled() < line.quantity:
                row.transfer_cancelled = True
            line.write(
                {
                    "received": int(Balance._units(sold, line._done_moves()) + 1e-6),
                    "discarded": gone,
                    "dropped": dropped,
                    "missing": self._inspected(row, line, each, ("missing",)),
                }
            )

    def _inspected(self, row, line, each, dispositions):
        """Units of a line with any part that met such an end."""
        quantity = Counter()
        for one in row.inspection_ids:
            if one.line_id == line and one.disposition in dispositions:
                quantity[one.product_id] += one.quantity
        return self._touched(quantity, each)

    def _dropped(self, line, each):
        """Units with any part that a done transfer brought less of than it was to,
        and that no other one is to bring: whoever did it wanted no backorder."""
        quantity = Counter()
        for move in line._done_moves():
            short = move.product_uom_qty - move.quantity
            quantity[move.product_id] += max(0, short)
        return self._touched(quantity, each)

    def _touched(self, quantity, each):
        units = (
            n / each[product] for product, n in quantity.items() if each.get(product)
        )
        return int(max(units, default=0) + 1 - 1e-6)

    def _state(self, row, external):
        if row.external_state == "cancelled":
            return "cancelled"
        if row.decision == "decline":
            return "declined"
        if row.decision != "approve":
            return "requested"
        if row.finished:
            return "done"
        lines = row.line_ids.filtered("quantity")
        if row.order_id and all(self._is_in(line) for line in lines):
            return "done" if self._is_paid(row, external) else "inspected"
        moving = row.line_ids._open_moves() or any(lines.mapped("received"))
        return "receiving" if moving else "approved"

    def _is_in(self, line):
        """Whether nothing of a line is awaited: what is not shipped does not return."""
        sold = line.line_id
        if sold and not sold.requires_shipping and not sold.sale_line_ids.move_ids:
            return True
        return line._settled() >= line.quantity

    def _is_paid(self, row, external):
        """Whether the buyer has got what he wants for the goods."""
        if row.external_state == "closed" or external.resolution is Resolution.NONE:
            return True
        if external.exchanges and external.resolution is Resolution.EXCHANGE:
            return all(p.processed >= p.quantity for p in external.exchanges)
        given = self.env["channel.return.credit"]._given(row)
        owed = [line for line in row.line_ids if line.quantity > line.missing]
        return bool(owed) and all(
            given[line] >= line.quantity - line.missing for line in owed
        )

    # --- what the channel is to hear --------------------------------------------------

    def _tell(self, channel, row):
        verb = self.env["channel.return.freeze"]._verb(channel, row)
        if row.push_state == "sent" or (
            row.push_state == "rejected" and verb and row.push_verb == verb.value
        ):
            return
        row.push_state = "open" if verb else False
