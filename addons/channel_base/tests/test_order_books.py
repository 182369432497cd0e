"""Books equal to the cent: the documents say what the channel says."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from ..adapter.canonical import Money
from ..books.lines import Role
from ..books.money import rounded
from .order_case import OrderCase
from .order_factory import OrderFactory

ORDERS = 100


class TestRandomOrders(OrderCase):
    """A hundred orders of any shape through Odoo, both ways of rounding taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_taxes()
        cls.offers = [
            cls.market.offer(f"R-{number}", quantity=5000) for number in range(6)
        ]
        for offer in cls.offers:
            cls.make_listing(
                cls.channel, offer, cls.make_product(offer.sku, quantity=5000)
            )

    def _orders(self, seed, count):
        listings = [(offer.external_id, offer.sku) for offer in self.offers]
        factory = OrderFactory(Random(seed), listings)
        orders = [factory.order() for _number in range(count)]
        # foreign orders say their total in the shop's currency too
        return [
            order
            if order.total.currency == "USD"
            else replace(order, shop_total=Money(order.total.amount / 3, "USD"))
            for order in orders
        ]

    def _prove(self, rounding, seed, count):
        self.company.tax_calculation_rounding_method = rounding
        orders = self._orders(seed, count)
        rows = self.bring(*orders)
        self.assertFalse(self.issues().mapped("message"))
        self.assertEqual(set(rows.mapped("state")), {"imported"})
        for order, row in zip(orders, rows, strict=True):
            self._prove_one(order, row)

    def _prove_one(self, order, row):
        sale, total = row.sale_order_id, float(order.total.amount)
        charged = {}
        for line in (*order.lines, *order.shipping):
            for tax in line.taxes:
                charged[tax.title] = charged.get(tax.title, 0) + tax.amount.amount
        charged = {title: float(amount) for title, amount in charged.items() if amount}
        context = f"{order.external_id} {order.total.currency}"
        self.assertEqual(sale.currency_id.name, order.total.currency)
        self.assertAlmostEqual(sale.amount_total, total, 6, context)
        self.assertNotIn(
            Role.ROUNDING.value, sale.order_line.mapped("channel_role"), context
        )
        self.assertEqual(self.tax_by_title(sale), charged, context)
        invoice = sale.invoice_ids
        self.assertEqual(len(invoice), 1, context)
        self.assertEqual(invoice.state, "posted")
        self.assertAlmostEqual(invoice.amount_total, total, 6, context)
        self.assertEqual(self.tax_by_title(invoice), charged, context)
        for line in invoice.line_ids:
            own = line.amount_currency / row.currency_rate
            self.assertAlmostEqual(line.balance, own, delta=0.05, msg=context)
        self.assertEqual(invoice.payment_state, "paid", context)
        self.assertAlmostEqual(
            sum(self.payments(row).mapped("amount")), total, 6, context
        )
        self.assertEqual(len(self.payments(row)), len(order.payments))

    def test_hundred_orders_rounded_per_line(self):
        self._prove("round_per_line", 11, ORDERS // 2)

    def test_hundred_orders_rounded_globally(self):
        self._prove("round_globally", 12, ORDERS // 2)

    def test_orders_whose_cents_odoo_does_not_know(self):
        """Channels state cents of TWD, which has none in Odoo."""
        listings = [(offer.external_id, offer.sku) for offer in self.offers]
        factory = OrderFactory(Random(14), listings)
        orders = [factory.order("TWD") for _number in range(40)]
        orders = [
            replace(order, shop_total=Money(order.total.amount / 30, "USD"))
            for order in orders
        ]
        rows = self.bring(*orders)
        self.assertFalse(self.issues().mapped("message"))
        self.assertEqual(set(rows.mapped("accounting_state")), {"done"})
        for order, row in zip(orders, rows, strict=True):
            sale = row.sale_order_id
            self.assertNotIn("rounding", sale.order_line.mapped("channel_role"))
            for document in (sale, sale.invoice_ids):
                self.assertEqual(
                    (document.amount_total, document.amount_tax),
                    (
                        float(rounded(order.total.amount, 0)),
                        float(rounded(order.tax_total.amount, 0)),
                    ),
                )
            self.assertEqual(sale.invoice_ids.payment_state, "paid")
            self.assertEqual(
                sum(self.payments(row).mapped("amount")), sale.amount_total
            )

    def test_tax_amounts_policy(self):
        self.channel.tax_policy = "amount"
        self._prove("round_globally", 13, 10)
        self.assertGreater(
            Decimal(len(self.env["channel.mapping"].search([("kind", "=", "tax")]))), 0
        )
