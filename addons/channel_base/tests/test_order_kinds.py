"""Orders of every kind: pre-orders, bundles, attributes, several shops."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from odoo import fields

from ..adapter.canonical import Money, PaymentState
from .common import FakeAdapter
from .order_case import OrderCase

DAY = datetime(2030, 5, 1, 6, 0, tzinfo=UTC)


def usd(amount):
    return Money(Decimal(amount), "USD")


class TestPreOrders(OrderCase):
    """Goods that the channel does not let be shipped yet."""

    def preorder(self, **values):
        line = {"ship_after": DAY, "plan": "Pre-order", **values.pop("line", {})}
        return self.simple(line=line, **values)

    def mixed(self):
        """One pre-order and one line that can go at once, of two products."""
        other = self.make_product("NOW", quantity=10)
        offer = self.market.offer("NOW", quantity=10)
        self.make_listing(self.channel, offer, other)
        order = self.preorder()
        now = self.market.line(offer, price="5.00")
        paid = replace(order.payments[0], amount=usd("15.00"))
        return replace(
            order, lines=(*order.lines, now), total=usd("15.00"), payments=(paid,)
        )

    def test_transfer_is_planned_for_the_day(self):
        row = self.bring(self.preorder())
        picking = row.sale_order_id.picking_ids
        self.assertEqual(str(picking.scheduled_date), "2030-05-01 06:00:00")
        self.assertIn("2030", picking.order_remarks)
        self.assertIn("Pre-order", row.sale_order_id.order_line.name)

    def test_what_can_go_at_once_has_a_transfer_of_its_own(self):
        row = self.bring(self.mixed())
        pickings = row.sale_order_id.picking_ids
        self.assertEqual(len(pickings), 2)
        years = {p.product_id.default_code: p.scheduled_date.year for p in pickings}
        self.assertEqual(years["SKU-1"], 2030)
        self.assertLess(years["NOW"], 2030)

    def test_transfer_follows_the_day(self):
        order = self.preorder()
        row = self.bring(order)
        later = replace(order.lines[0], ship_after=DAY.replace(month=8))
        order = self.later(order, lines=(later,))
        self.bring(order)
        picking = row.sale_order_id.picking_ids
        self.assertEqual(picking.scheduled_date.month, 8)
        ready = replace(order.lines[0], ship_after=None)
        self.bring(self.later(order, lines=(ready,)))
        self.assertLessEqual(picking.scheduled_date, fields.Datetime.now())
        self.assertFalse(self.issues())

    def test_a_day_that_only_a_lost_webhook_told_is_found(self):
        """The order itself does not change when its goods may go."""
        order = self.preorder()
        row = self.bring(order)
        now = datetime(2026, 1, 1, 10, tzinfo=UTC)
        waiting = self.env["channel.poll"]._waiting(self.channel, now)
        self.assertEqual([e.external_id for e in waiting], [row.external_id])
        after = DAY.replace(year=2031)
        self.assertFalse(self.env["channel.poll"]._waiting(self.channel, after))

    def test_day_of_every_step(self):
        self.warehouse.delivery_steps = "pick_ship"
        row = self.bring(self.preorder())
        moves = row.sale_order_id.order_line.move_ids
        self.assertEqual({move.date.year for move in moves}, {2030})

    def test_held_until_the_day_if_wanted(self):
        self.channel.preorder_policy = "hold"
        order = self.preorder()
        row = self.bring(order)
        self.assertEqual(row.state, "held")
        self.assertTrue(row.line_ids.unimported)
        ready = replace(order.lines[0], ship_after=None)
        self.bring(self.later(order, lines=(ready,)))
        self.assertEqual(row.state, "imported")
        self.assertFalse(self.issues())

    def test_another_policy_lets_held_ones_pass(self):
        self.channel.preorder_policy = "hold"
        row = self.bring(self.preorder())
        self.channel.preorder_policy = "import"
        self.work()
        self.assertEqual(row.state, "imported")

    def test_deposit_now_and_the_rest_later(self):
        self.channel.import_payment = "authorized"
        order = self.preorder(payment_state=PaymentState.PARTIALLY_PAID)
        deposit = replace(order.payments[0], amount=usd("3.00"))
        order = replace(order, payments=(deposit,))
        row = self.bring(order)
        sale = row.sale_order_id
        self.assertFalse(sale.invoice_ids)
        self.assertEqual(self.payments(row).amount, 3)
        rest = replace(deposit, external_id="rest", amount=usd("7.00"))
        self.bring(
            self.later(order, payments=(deposit, rest), payment_state=PaymentState.PAID)
        )
        self.assertEqual(sale.invoice_ids.payment_state, "paid")
        self.assertEqual(sum(self.payments(row).mapped("amount")), 10)


class TestTexts(OrderCase):
    """Bundles, plans, attributes, notes and tags on documents."""

    def order(self, **line):
        attributes = (("Engraving", "Ünï"), ("_hidden", "1"))
        return self.simple(
            line={"attributes": attributes, **line},
            attributes=(("Gift message", "Hi"), ("_ga", "x")),
            note="Ring twice",
            tags=("VIP", "größe"),
        )

    def test_attributes_are_on_the_documents(self):
        row = self.bring(self.order())
        sale = row.sale_order_id
        self.assertIn("Engraving: Ünï", sale.order_line.name)
        self.assertNotIn("_hidden", sale.order_line.name)
        self.assertIn("Engraving: Ünï", sale.invoice_ids.invoice_line_ids.name)
        self.assertEqual(row.remarks, "Ring twice\nGift message: Hi")
        self.assertEqual(sale.order_remarks, row.remarks)
        self.assertEqual(sale.picking_ids.order_remarks, row.remarks)
        self.assertEqual(row.tags, "VIP, größe")

    def test_attributes_for_staff_only(self):
        self.channel.show_attributes = "internal"
        row = self.bring(self.order())
        self.assertNotIn("Engraving", row.sale_order_id.order_line.name)
        self.assertIn("Engraving: Ünï", row.remarks)
        self.assertIn("Gift message: Hi", row.remarks)
        self.assertNotIn("_", row.remarks)

    def test_attributes_nowhere(self):
        self.channel.show_attributes = "none"
        row = self.bring(self.order())
        self.assertNotIn("Engraving", row.sale_order_id.order_line.name)
        self.assertEqual(row.remarks, "Ring twice")

    def test_what_the_buyer_fetches(self):
        row = self.bring(self.order(pickup=True, location="main"))
        self.assertIn("fetches it at main", row.remarks)

    def test_components_are_lines_with_prices_of_their_own(self):
        """Sold as they are listed, and never as the bundle, too."""
        order = self.order(group="g1", group_title="Gift box", group_quantity=2)
        row = self.bring(order)
        line = row.sale_order_id.order_line
        self.assertEqual(line.price_unit, 10)
        self.assertEqual(line.product_id, self.product)
        self.assertIn("Part of 2 x Gift box", line.name)
        self.assertEqual(row.line_ids.bundle, "Gift box")
        self.assertEqual(row.sale_order_id.amount_total, 10)

    def test_subscription_is_named(self):
        row = self.bring(self.order(plan="Every 4 weeks"))
        self.assertIn("Every 4 weeks", row.sale_order_id.order_line.name)
        self.assertEqual(row.line_ids.plan, "Every 4 weeks")

    def test_salespeople_and_warehouse_staff_read_the_remarks(self):
        row = self.bring(self.order())
        groups = ("sales_team.group_sale_salesman_all_leads", "stock.group_stock_user")
        user = self.env["res.users"].create(
            {
                "name": "Sam",
                "login": "sam",
                "group_ids": [
                    fields.Command.link(self.env.ref(name).id) for name in groups
                ],
            }
        )
        sale = row.sale_order_id.with_user(user)
        self.assertEqual(sale.order_remarks, row.remarks)
        self.assertEqual(sale.picking_ids.order_remarks, row.remarks)


class TestSeveralShops(OrderCase):
    """Several shops of one company share customers, products and stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.make_channel("fake-2", import_payment="any")
        offer = FakeAdapter.markets["fake-2"].offer("SKU-1", quantity=10)
        cls.listing_2 = cls.make_listing(cls.second, offer, cls.product)

    def in_second(self, *orders):
        first, self.channel = self.channel, self.second
        rows = self.bring(*orders)
        self.channel = first
        return rows

    def by(self, **buyer):
        base = {"external_id": "77", "name": "Ann", "email": "ann@example.com"}
        found = next(o.buyer for o in iter(self.factory.order, None) if o.buyer)
        return self.simple(buyer=replace(found, **base | buyer))

    def test_same_numbers_in_both_are_two_orders(self):
        order = self.simple(name="#1001")
        one, two = self.bring(order), self.in_second(order)
        self.assertEqual(one.external_id, two.external_id)
        self.assertNotEqual(one.sale_order_id, two.sale_order_id)
        for row in (one, two):
            self.assertEqual(row.sale_order_id.invoice_ids.payment_state, "paid")
            self.assertEqual(len(row.sale_order_id.picking_ids), 1)

    def test_one_customer_by_email_in_both(self):
        one = self.bring(self.by())
        two = self.in_second(self.by(external_id="88"))
        self.assertEqual(one.sale_order_id.partner_id, two.sale_order_id.partner_id)

    def test_same_customer_number_in_both_is_no_match(self):
        one = self.bring(self.by())
        two = self.in_second(self.by(name="Eve", email="eve@example.com"))
        self.assertNotEqual(one.sale_order_id.partner_id, two.sale_order_id.partner_id)

    def test_a_sale_in_one_lowers_the_other(self):
        self.run_jobs()
        before = self.listing_2.level_ids.target
        self.bring(self.simple(quantity=4))
        self.run_jobs()
        self.assertEqual(self.listing_2.level_ids.target, before - 4)

    def test_policies_of_one_are_not_those_of_the_other(self):
        self.second.new_source_policy = "ignore"
        one = self.bring(self.simple(source="app"))
        two = self.in_second(self.simple(source="app"))
        self.assertEqual((one.state, two.state), ("imported", "ignored"))
