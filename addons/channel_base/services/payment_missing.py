from odoo import models

from ..books.conversion import payment_slack
from ..books.gate import PAID
from ..books.payments import foreign_receipts, kept, received


class PaymentMissing(models.AbstractModel):
    """Invoiced orders whose payments are not what the channel charged: what lacks of
    orders that it calls paid, or is too much, would differ from the books in
    silence."""

    _name = "channel.payment.missing"
    _description = "Missing and Surplus Payments of Channel Orders"

    def _find(self, externals):
        """:param externals: dict order -> canonical order.
        :return: dict order -> issues, for invoiced orders.
        """
        issues, over = {}, self.env["channel.order"]
        for order, external in externals.items():
            issue = self._foreign(order, external) or self._lacking(order, external)
            if issue:
                issues[order] = [issue]
            elif self._surplus(external) > self._slack(order, external):
                over |= order
        for order in self._with_credit(over):
            issues[order] = [self._surplus_issue(order, externals[order])]
        return issues

    def _slack(self, order, external):
        return payment_slack(external, order.sale_order_id.currency_id.decimal_places)

    # --- in another currency ----------------------------------------------------------

    def _foreign(self, order, external):
        foreign = foreign_receipts(external)
        unpaid = self._unpaid(order) if foreign else None
        if not unpaid:
            return None
        message = self.env._(
            "Payments of order %(order)s are in another currency than the order's,"
            " %(currency)s: %(payments)s. They are not booked. Register what was"
            " received on %(invoices)s, then resolve this issue.",
            order=order.name,
            currency=external.total.currency,
            payments=", ".join(f"{r.amount} {r.currency}" for r in foreign),
            invoices=", ".join(unpaid.mapped("name")),
        )
        return self._issue(order, message)

    # --- less than the total ----------------------------------------------------------

    def _lacking(self, order, external):
        """Gift cards redeemed and what was marked as paid by hand are payments, too."""
        lacking = external.total.amount - received(external)
        if external.payment_state not in PAID:
            return None
        if lacking <= self._slack(order, external):
            return None
        unpaid = self._unpaid(order)
        return self._lacking_issue(order, external, unpaid) if unpaid else None

    def _unpaid(self, order):
        """Invoices that are open, however somebody has paid the others, of an order
        that is invoiced completely."""
        sale = order.sale_order_id
        if sale.invoice_status != "invoiced":
            return sale.invoice_ids.browse()
        return sale.invoice_ids.filtered(
            lambda move: move.state == "posted"
            and move.move_type == "out_invoice"
            and not move.currency_id.is_zero(move.amount_residual)
        )

    def _lacking_issue(self, order, external, invoices):
        message = self.env._(
            "Order %(order)s is paid, says the channel, but the payments that it names"
            " are %(paid)s of %(total)s %(currency)s, and %(invoices)s is not settled."
            " See there how it was paid; register what was received on the invoice, or"
            " correct the order at the channel, then resolve this issue.",
            order=order.name,
            paid=received(external),
            total=external.total.amount,
            currency=external.total.currency,
            invoices=", ".join(invoices.mapped("name")),
        )
        return self._issue(order, message)

    # --- more than the total ----------------------------------------------------------

    def _surplus(self, external):
        """What was paid back at the channel is the refund's business."""
        return kept(external) - external.total.amount

    def _surplus_issue(self, order, external):
        message = self.env._(
            "The buyer of order %(order)s has paid %(paid)s for a total of %(total)s:"
            " %(surplus)s %(currency)s too much, which is left as a credit of"
            " %(partner)s. Pay it back at the channel and enter that payment here, or"
            " settle another invoice with it, then resolve this issue.",
            order=order.name,
            paid=kept(external),
            total=external.total.amount,
            surplus=self._surplus(external),
            currency=external.total.currency,
            partner=order.sale_order_id.partner_invoice_id.commercial_partner_id.name,
        )
        return self._issue(order, message)

    def _with_credit(self, orders):
        """Those that are invoiced completely and have something left of their payments,
        or of what was credited because less is ordered by now."""
        orders = orders.filtered(
            lambda order: order.sale_order_id.invoice_status == "invoiced"
        )
        if not orders:
            return orders
        payments = self.env["account.payment"].search(
            [("channel_order_id", "in", orders.ids)]
        )
        posted = self.env["channel.change.books"]._posted(orders)
        entries = payments.move_id.concat(*posted.values()).filtered(
            lambda move: move.move_type != "out_invoice"
        )
        left = entries.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
            and not line.reconciled
        ).move_id
        owners = payments.filtered(lambda pay: pay.move_id in left).channel_order_id
        return orders & (owners | left.channel_order_id)

    def _issue(self, order, message):
        return self.env["channel.order.trouble"]._value(
            order, "accounting_failed", message
        )
