from odoo import models

from ..adapter import codec
from ..adapter.canonical import Order, OrderState, PaymentState
from ..books.revision import compare, refunded
from .order_draft import edited_state

UNPAID = (PaymentState.VOIDED, PaymentState.EXPIRED)


class OrderRevise(models.AbstractModel):
    """Applies later states of orders that have documents: what can be done is done, the
    rest becomes an issue, and no document is guessed."""

    _name = "channel.order.revise"
    _description = "Apply Later States of Orders"

    def _apply(self, orders):
        """Compare each order's last fetched state with the applied one, and act.

        Whatever the order of arrival: documents are made for what was ordered and
        edited, transfers for what is still wanted, and refunds credit the rest.
        """
        values_list, edited, later = [], orders.browse(), {}
        for order in orders:
            external = codec.loads(Order, order.snapshot)
            revision = compare(codec.loads(Order, order.applied_snapshot), external)
            later[order] = external, revision
        self._catch_up([order for order in orders if later[order][1].cancelled])
        for order, (external, revision) in later.items():
            if revision.cancelled:
                values_list += self.env["channel.order.cancel"]._cancel(order, external)
            elif external.state is not OrderState.CANCELLED:
                edited |= order
            order.accounting_state = self._accounting(order, revision)
        issues, waiting = self.env["channel.change.plan"]._follow(edited)
        values_list += issues
        for order, (external, revision) in later.items():
            if revision.refunds:
                values_list += self.env["channel.refund.goods"]._apply(order, external)
            values_list += self._unsupported(order, external, revision)
        values_list += self._unpaid(later)
        self._mark(orders - waiting)
        waiting.to_apply = False
        self.env["channel.order.trouble"]._report(values_list)
        self.env["channel.order.shipped"]._follow(orders)
        self.env["channel.order.elsewhere"]._check(orders)
        if orders.filtered(lambda order: order.accounting_state == "ready"):
            self.env["channel.wakeup"]._after_commit(
                self.env["channel.order"], "_job_account"
            )

    def _catch_up(self, cancelled):
        """What was edited before orders were cancelled, when both are told at once: the
        invoices that there are follow, so that refunds credit what was charged."""
        orders = self.env["channel.order"].concat(*cancelled)
        invoiced = orders.filtered(
            lambda order: order.channel_id.change_policy == "apply"
            and order.sale_order_id.state == "sale"
            and "posted" in order.sale_order_id.invoice_ids.mapped("state")
            and edited_state(order, order.snapshot).total.amount
        )
        self.env["channel.change.plan"]._follow(invoiced)

    def _accounting(self, order, revision):
        if revision.refunds or (revision.paid and order.state == "imported"):
            return "ready"
        return order.accounting_state

    def _mark(self, orders):
        for order in orders:
            order.write({"applied_snapshot": order.snapshot, "to_apply": False})

    # --- what is left to people -------------------------------------------------------

    def _unsupported(self, order, external, revision):
        values_list = []
        if refunded(external) and revision.paid and not external.refunds:
            values_list.append(self._refund_issue(order))
        return values_list

    def _refund_issue(self, order):
        message = self.env._(
            "Order %(order)s was refunded at the channel (state of %(moment)s UTC)."
            " Enter the credit note and what came back for %(sale)s by hand, then"
            " dismiss this issue.",
            order=order.name,
            # a dismissed issue speaks up again only with another message
            moment=order.revised_at,
            sale=order.sale_order_id.name,
        )
        return self._issue(order, "refund_unsupported", message)

    def _unpaid(self, later):
        """The money that orders were imported for is not to come any more, or it did
        after all.

        :param later: dict order -> (canonical order, revision). :return: issues.
        """
        changed = {
            order: external
            for order, (external, revision) in later.items()
            if revision.paid and order.state == "imported"
        }
        unpaid = [o for o, x in changed.items() if x.payment_state in UNPAID]
        paid = self.env["channel.order"].concat(*(changed.keys() - unpaid))
        if paid:
            self.env["channel.order.trouble"]._settle(paid, ("unpaid",))
        return [self._unpaid_issue(order, changed[order]) for order in unpaid]

    def _unpaid_issue(self, order, external):
        message = self.env._(
            "The payment of order %(order)s is %(state)s at the channel. Do not ship"
            " %(sale)s before it is paid, or cancel it there; then dismiss this issue.",
            order=order.name,
            state=external.payment_state.value,
            sale=order.sale_order_id.name,
        )
        return self._issue(order, "unpaid", message)

    def _issue(self, order, kind, message):
        return self.env["channel.order.trouble"]._value(order, kind, message)
