"""Sold more than there is: judged by open demand against stock."""

from dataclasses import replace
from datetime import timedelta

from .order_case import OrderCase


class TestOversell(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_stock(cls.product, 1)

    def _pair(self):
        first = self.simple()
        second = replace(
            self.simple(), ordered_at=first.ordered_at + timedelta(minutes=5)
        )
        return first, second

    def test_later_order_is_named_in_one_job(self):
        first, second = self._pair()
        rows = self.bring(second, first)
        issue = self.issues("oversell")
        self.assertEqual(len(issue), 1)
        self.assertEqual(issue.order_id, rows[0])
        self.assertEqual(issue.product_id, self.product)
        self.assertEqual(set(rows.mapped("state")), {"imported"})

    def test_large_quantities_are_told_in_full(self):
        self.bring(self.simple(quantity=1_000_000))
        message = self.issues("oversell").message
        self.assertIn("sold 1000000 of", message)
        self.assertIn("lacks 999999.", message)

    def test_later_order_is_named_though_it_was_confirmed_first(self):
        first, second = self._pair()
        later = self.bring(second)
        self.assertFalse(self.issues("oversell"))
        self.bring(first)
        self.assertEqual(self.issues("oversell").order_id, later)
        self.assertEqual(len(self.issues()), 1)

    def test_demand_that_is_only_fetched_counts(self):
        first, second = self._pair()
        self.channel.unknown_sku_policy = "hold"
        waiting = self.store(first)
        waiting.state = "held"
        later = self.bring(second)
        self.assertEqual(self.issues("oversell").order_id, later)

    def test_reservation_of_a_transfer_does_not_decide(self):
        """The later order took the reservation, it is the oversold one all the same."""
        first, second = self._pair()
        later = self.bring(second)
        self.bring(first)
        self.assertEqual(later.sale_order_id.picking_ids.state, "assigned")
        self.assertEqual(self.issues("oversell").order_id, later)

    def test_issue_closes_when_there_is_enough(self):
        first, second = self._pair()
        self.bring(first, second)
        self.assertTrue(self.issues("oversell"))
        self.set_stock(self.product, 10)
        self.bring(self.simple())
        self.assertFalse(self.issues("oversell"))

    def test_enough_is_no_issue(self):
        self.set_stock(self.product, 2)
        self.bring(*self._pair())
        self.assertFalse(self.issues())

    def test_two_steps_count_once(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.bring(self.simple())
        self.assertFalse(self.issues())

    def test_goods_without_stock_keeping_are_never_oversold(self):
        service = self.make_product("SERVICE", is_storable=False)
        listing = self.make_listing(self.channel, self.market.offer("SERVICE"), service)
        self.bring(self.simple(quantity=5, line={"listing": listing.external_id}))
        self.assertFalse(self.issues())

    def test_two_channels_one_last_unit(self):
        other = self.make_channel("fake-2", import_payment="any")
        self.make_listing(other, self.offer, self.product)
        first, second = self._pair()
        ours = self.store(first)
        channel, self.channel = self.channel, other
        theirs = self.store(second)
        self.channel = channel
        self.worker("channel.order")._job_import()
        self.assertEqual((ours | theirs).mapped("state"), ["imported", "imported"])
        issue = self.issues("oversell")
        self.assertEqual((len(issue), issue.order_id), (1, theirs))
