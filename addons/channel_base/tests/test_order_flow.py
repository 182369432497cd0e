from .common import ChannelCase


class TestOrderFlow(ChannelCase):
    """From the order at the channel to the paid invoice."""

    def test_order_to_cash(self):
        external = self.market.place(self.market.line(self.offer, quantity=2))
        self.poll()
        order = self.order_of(external)
        self.assertEqual(order.state, "imported")
        sale = order.sale_order_id
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sale.amount_total, 20.0)
        self.assertEqual(sale.order_line.move_ids.mapped("state"), ["assigned"])
        self.assertFalse(any(order.line_ids.mapped("unimported")))
        invoice = sale.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.payment_state, "paid")
        payment = self.env["account.payment"].search(
            [("channel_order_id", "=", order.id)]
        )
        self.assertEqual(payment.amount, 20.0)
        self.assertEqual(order.accounting_state, "done")
        self.assertFalse(self.issues())
