from dataclasses import replace

from odoo import fields, models

from ..books.change import Stage, Way, make_plan
from .order_draft import edited_state

OPEN = ("proposed", "approved")


class ChangePlan(models.AbstractModel):
    """Lets documents follow what was edited at the channel: by a plan that is shown,
    and applied at once or after a person has approved it."""

    _name = "channel.change.plan"
    _description = "Plan Changes of Orders"

    def _follow(self, orders):
        """Plan and, where that is the policy, apply the difference between the applied
        state and the newest one.

        :return: issues, and the orders whose documents do not show the newest state
            yet.
        """
        plans = {}
        for order in orders:
            applied = edited_state(order, order.applied_snapshot)
            external = edited_state(order, order.snapshot)
            if order.redacted_at:
                # it has forgotten where to: there is no address to follow
                external = replace(
                    external, ship_to=applied.ship_to, bill_to=applied.bill_to
                )
            plan = make_plan(applied, external, self._stage(order))
            if plan.steps:
                plans[order] = plan
        self._supersede(orders, plans)
        ready, waiting = orders.browse(), orders.browse()
        for order, plan in plans.items():
            if self._may_apply(order, plan):
                ready |= order
            else:
                waiting |= order
        issues = [self._propose(order, plans[order]) for order in waiting]
        for channel, same in ready.grouped("channel_id").items():
            problems, left = self.env["channel.change.apply"]._apply(
                channel, {order: plans[order] for order in same}
            )
            issues += problems
            waiting |= left
        return issues, waiting

    def _may_apply(self, order, plan):
        if order.channel_id.change_policy == "apply" or not plan.needs_approval:
            return True
        return order.open_change_id.state == "approved"

    # --- how far an order is ----------------------------------------------------------

    def _stage(self, order):
        sale = order.sale_order_id
        moves = sale.order_line._channel_open_moves()
        delivered = self._delivered(order)
        by_hand = order.channel_id.invoice_policy == "manual"
        # a draft of a person says what was ordered before, and will be posted so
        states = ("posted", "draft") if by_hand else ("posted",)
        invoices = sale.invoice_ids.filtered(
            lambda move: move.state in states and move.move_type == "out_invoice"
        )
        return Stage(
            confirmed=sale.state == "sale",
            delivered=delivered,
            shipping=bool(moves) or not any(delivered.values()),
            invoiced=bool(invoices),
            manual=by_hand,
            vendor=any(move.location_id.usage == "supplier" for move in moves),
        )

    def _delivered(self, order):
        """Units that have left, by external line id."""
        delivered = self.env["channel.shipment.quantity"]._delivered
        return {
            line.external_id: delivered(line)
            for line in order.line_ids
            if any(move.state == "done" for move in line.sale_line_ids.move_ids)
        }

    # --- rows -------------------------------------------------------------------------

    def _supersede(self, orders, plans):
        """A plan that waits for another state than the newest is of no use any more."""
        waiting = orders.change_ids.filtered(lambda change: change.state in OPEN)
        old = waiting.filtered(
            lambda change: change.snapshot != change.order_id.snapshot
            or change.order_id not in plans
        )
        old.state = "superseded"
        old.flush_recordset(["state"])  # before the next one takes its place
        self._restore_goods(old, plans)
        self.env["channel.order.trouble"]._settle(
            old.order_id.filtered(lambda order: order not in plans),
            ("change_waiting",),
        )

    def _restore_goods(self, old, plans):
        """What was taken off transfers for these plans may be wanted again."""
        for change in old:
            order = change.order_id
            planned = plans[order].sources if order in plans else set()
            sources = set(change.step_ids.mapped("source")) - planned
            for line in self._lines(order, sources):
                self.env["channel.change.goods"]._put_back(line)

    def _lines(self, order, sources):
        return order.line_ids.filtered(lambda line: line.external_id in sources)

    def _drop(self, orders):
        """Their orders were cancelled: what waits comes to nothing."""
        waiting = orders.change_ids.filtered(lambda change: change.state in OPEN)
        waiting.state = "superseded"
        self.env["channel.order.trouble"]._settle(orders, ("change_waiting",))

    def _record(self, order, plan, state):
        """The plan as people see it; the one that waits for this state is used again.

        :return: ``channel.order.change``.
        """
        values = self._prepare_change(order, plan) | {"state": state}
        change = order.open_change_id
        if change:
            # how far the order is may have changed since
            change.step_ids.unlink()
            change.write(values)
        else:
            change = self.env["channel.order.change"].create(values)
        if state == "applied":
            change.applied_at = fields.Datetime.now()
        return change

    def _prepare_change(self, order, plan):
        return {
            "order_id": order.id,
            "revised_at": order.revised_at,
            "total_before": float(plan.before),
            "total_after": float(plan.after),
            "snapshot": order.snapshot,
            "step_ids": [
                fields.Command.create(self._prepare_step(step)) for step in plan.steps
            ],
        }

    def _prepare_step(self, step):
        return {
            "kind": step.kind.value,
            "source": step.source,
            "name": step.name,
            "before": "" if step.before is None else str(step.before),
            "after": "" if step.after is None else str(step.after),
            "way": step.way.value,
            "why": step.why.value if step.why else False,
        }

    def _propose(self, order, plan):
        """Show the plan and wait. What was taken off must not ship meanwhile.

        :return: an issue.
        """
        change = self._record(order, plan, "proposed")
        lowered = [s.source for s in plan.steps if s.way is not Way.HAND and s.source]
        self.env["channel.change.goods"]._take_off(self._lines(order, lowered))
        message = self.env._(
            "Order %(order)s was changed at the channel (state of %(moment)s UTC):"
            " %(steps)s. %(sale)s waits for you: open the change to approve or dismiss"
            " it, or resolve this issue to approve it.",
            order=order.name,
            moment=order.revised_at,
            steps="; ".join(change.step_ids.mapped("in_words")),
            sale=order.sale_order_id.name,
        )
        return self.env["channel.order.trouble"]._value(
            order, "change_waiting", message
        )
