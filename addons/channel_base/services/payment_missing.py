from decimal import Decimal

from odoo import models

from ..books.gate import PAID
from ..books.payments import receipts


class PaymentMissing(models.AbstractModel):
    """Orders that the channel calls paid, and whose invoices its payments do not
    settle: the books would differ from the channel in silence."""

    _name = "channel.payment.missing"
    _description = "Missing Payments of Channel Orders"

    def _find(self, externals):
        """:param externals: dict order -> canonical order.
        :return: dict order -> issues, for invoiced orders that lack money.
        """
        return {
            order: [self._issue(order, external, unpaid)]
            for order, external in externals.items()
            if external.payment_state in PAID
            and self._received(external) < external.total.amount
            and (unpaid := self._unpaid(order))
        }

    def _received(self, external):
        """Gift cards redeemed and what was marked as paid by hand are payments, too."""
        return sum((receipt.amount for receipt in receipts(external)), Decimal(0))

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

    def _issue(self, order, external, invoices):
        message = self.env._(
            "Order %(order)s is paid, says the channel, but the payments that it names"
            " are %(paid)s of %(total)s %(currency)s, and %(invoices)s is not settled."
            " See there how it was paid; register what was received on the invoice, or"
            " correct the order at the channel, then resolve this issue.",
            order=order.name,
            paid=self._received(external),
            total=external.total.amount,
            currency=external.total.currency,
            invoices=", ".join(invoices.mapped("name")),
        )
        return self.env["channel.order.trouble"]._value(
            order, "accounting_failed", message
        )
