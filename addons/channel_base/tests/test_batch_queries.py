"""A batch reads and writes together: what an order costs is what Odoo itself needs."""

from dataclasses import replace

from odoo.tests import tagged

from .order_case import OrderCase

FEW, MANY = 3, 13


@tagged("post_install", "-at_install")
class TestBatchQueries(OrderCase):
    def each(self, work):
        """Queries that one more order costs.

        :param work: (count) -> what to measure, with everything prepared for it.
        """
        counts = []
        for count in (1, FEW, MANY):  # the first one makes what all others share
            measured = work(count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            measured()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        return (counts[2] - counts[1]) / (MANY - FEW)

    def place(self, count, **values):
        return [self.simple(line={"sku": "SKU"}, **values) for _number in range(count)]

    def importing(self, count):
        self.store(*self.place(count))
        return self.worker("channel.order")._job_import

    def test_store_reads_and_writes_once(self):
        def storing(count):
            orders = self.place(count)
            return lambda: self.store(*orders)

        self.assertLess(self.each(storing), 1)

    def test_state_that_changes_nothing_is_stored_and_looked_at_once(self):
        def again(count):
            orders = self.place(count)
            self.bring(*orders)
            later = [self.later(order) for order in orders]

            def work():
                self.store(*later)
                self.worker("channel.order")._job_import()

            return work

        self.assertLess(self.each(again), 1)

    def test_import_costs_what_the_same_sale_order_costs(self):
        def by_hand(count):
            buyer = self.env["res.partner"].create({"name": "Buyer"})
            values = {
                "partner_id": buyer.id,
                "company_id": self.company.id,
                "warehouse_id": self.channel.warehouse_id.id,
                "order_line": [(0, 0, {"product_id": self.product.id})],
            }
            Sale = self.env["sale.order"].with_context(tracking_disable=True)
            return lambda: Sale.create([dict(values)] * count).action_confirm()

        ours, floor = self.each(self.importing), self.each(by_hand)
        self.assertLess(ours, floor + 4)

    def test_later_payment_is_looked_at_once(self):
        def paid(count):
            pending = [
                replace(order, payment_state=type(order.payment_state).PENDING)
                for order in self.place(count)
            ]
            rows = self.store(*pending)
            self.worker("channel.order")._job_import()
            self.store(*(self.later(order) for order in pending))
            self.assertEqual(set(rows.mapped("state")), {"imported"})
            later = [
                self.later(
                    self.later(order), payment_state=type(order.payment_state).PAID
                )
                for order in pending
            ]
            self.store(*later)
            return self.worker("channel.order")._job_import

        self.assertLess(self.each(paid), 1)
