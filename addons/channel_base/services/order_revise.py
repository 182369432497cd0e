from odoo import models

from ..adapter import codec
from ..adapter.canonical import Order, PaymentState
from ..books.revision import compare, refunded

UNPAID = (PaymentState.VOIDED, PaymentState.EXPIRED)


class OrderRevise(models.AbstractModel):
    """Applies later states of orders that have documents: what can be done is done, the
    rest becomes an issue, and no document is guessed."""

    _name = "channel.order.revise"
    _description = "Apply Later States of Orders"

    def _apply(self, orders):
        """Compare each order's last fetched state with the applied one, and act."""
        values_list = []
        for order in orders:
            external = codec.loads(Order, order.snapshot)
            revision = compare(codec.loads(Order, order.applied_snapshot), external)
            if revision.cancelled:
                values_list += self.env["channel.order.cancel"]._cancel(order, external)
            if revision.refunds or (revision.paid and order.state == "imported"):
                order.accounting_state = "ready"
            if revision.refunds:
                values_list += self.env["channel.refund.goods"]._apply(order, external)
            values_list += self._unsupported(order, external, revision)
            values_list += self._unpaid(order, external, revision)
            order.write({"applied_snapshot": order.snapshot, "to_apply": False})
        self.env["channel.order.trouble"]._report(values_list)
        self.env["channel.order.elsewhere"]._check(orders)
        if orders.filtered(lambda order: order.accounting_state == "ready"):
            self.env["channel.wakeup"]._after_commit(
                self.env["channel.order"], "_job_account"
            )

    # --- what is left to people -------------------------------------------------------

    def _unsupported(self, order, external, revision):
        values_list = []
        if refunded(external) and revision.paid and not external.refunds:
            values_list.append(self._refund_issue(order))
        if revision.edits:
            message = self._edit(order, revision.edits)
            values_list.append(self._issue(order, "edit_unsupported", message))
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

    def _edit(self, order, codes):
        names = {
            "lines": self.env._("its lines"),
            "amounts": self.env._("its amounts"),
            "address": self.env._("its delivery address"),
        }
        return self.env._(
            "Order %(order)s was changed at the channel (state of %(moment)s UTC):"
            " %(what)s. %(sale)s is as it was; change it by hand, then dismiss this"
            " issue.",
            order=order.name,
            moment=order.revised_at,
            what=", ".join(names[code] for code in codes),
            sale=order.sale_order_id.name,
        )

    def _unpaid(self, order, external, revision):
        """The money that the order was imported for is not to come any more, or it did
        after all.

        :return: issues.
        """
        if not revision.paid or order.state != "imported":
            return []
        if external.payment_state not in UNPAID:
            self.env["channel.order.trouble"]._settle(order, ("unpaid",))
            return []
        return [self._unpaid_issue(order, external)]

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
