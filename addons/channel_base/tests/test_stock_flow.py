from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.canonical import StockLevel
from ..adapter.errors import RejectedError, TransientError
from ..adapter.port import Capability
from ..services import stock_fuse
from .fake_adapter import FakeAdapter
from .stock_case import CompareAdapter, StockCase


@tagged("post_install", "-at_install")
class TestStockFlow(StockCase):
    """From a change of stock to the quantity that the channel confirms, and back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.run_state = (
            "paused"  # the one without compare-and-set has its own tests
        )
        cls.channel = cls.make_compare_channel()
        cls.market = cls.market_of(cls.channel)
        cls.listing = cls.make_offer(cls.channel, cls.product, 10)

    @property
    def level(self):
        return self.level_of(self.listing)

    def calls(self, channel=None):
        """Quantities that were sent to a channel, call by call."""
        calls = self.market_of(channel or self.channel).stock_calls
        return [[target[3] for target in call] for call in calls]

    def batches(self, *states):
        return self.env["channel.push.batch"].search(
            [("kind", "=", "stock"), ("verb", "=", "write"), ("state", "in", states)]
        )

    def never_read(self, channel=None):
        self.read_orders(channel or self.channel, "2000-01-01 00:00:00")

    # --- there and back ---------------------------------------------------------------

    def test_first_it_is_read(self):
        """The first quantity is compared with what the channel shows."""
        self.push()
        self.assertEqual(self.market.calls["stock_levels"], 1)
        self.assertEqual(self.calls(), [], "equal is not sent")
        self.assertEqual((self.level.confirmed, self.level.target), (10, 10))

    def test_change_arrives(self):
        self.push()
        self.set_stock(self.product, 7)
        self.push()
        self.assertEqual(self.shown(self.listing), 7)
        self.assertEqual(self.calls(), [[7]])
        level = self.level
        self.assertEqual((level.confirmed, level.sent, level.expected), (7, 7, 10))
        self.assertFalse(level.dirty or level.batch_id or level.decrease_since)
        self.assertEqual(level.entry_ids[:1].item_id.status, "done")

    def test_many_changes_are_one_number(self):
        self.push()
        for quantity in (9, 8, 7, 6):
            self.set_stock(self.product, quantity)
        self.push()
        self.assertEqual(self.calls(), [[6]])

    def test_nothing_stays_open(self):
        self.push()
        self.assertFalse(self.env["channel.intent"].search([("kind", "=", "stock")]))
        self.assertFalse(
            self.env["channel.listing.level"].search(
                [("dirty", "=", True), ("channel_id", "=", self.channel.id)]
            )
        )

    # --- the channel's own sales ------------------------------------------------------

    def sell_there(self, quantity=1, channel=None, listing=None):
        """A customer buys; the channel shows less, and the hub does not know yet."""
        listing = listing or self.listing
        market = self.market_of(channel or self.channel)
        offer = market.listings[listing.external_id]
        return market.place(market.line(offer, quantity))

    def test_own_sale_needs_no_push(self):
        self.push()
        self.fetch_line(self.listing, 2)
        self.market.levels[self.listing.stock_key, "main"] -= 2
        self.touch(self.product)
        self.push()
        self.assertEqual((self.level.target, self.level.expected), (8, 8))
        self.assertEqual(self.calls(), [])

    def test_sale_of_another_channel_is_taken_off(self):
        other = self.make_compare_channel("cas-2")
        listing = self.make_offer(other, self.product, 10)
        self.push()
        self.fetch_line(listing, 2)
        self.market_of(other).levels[listing.stock_key, "main"] -= 2
        self.touch(self.product)
        self.push()
        self.assertEqual(self.shown(self.listing), 8)
        self.assertEqual(self.shown(listing), 8)
        self.assertEqual(self.calls(other), [])

    def test_the_last_unit_on_two_channels(self):
        other = self.make_compare_channel("cas-2")
        listing = self.make_offer(other, self.product, 1)
        self.set_stock(self.product, 1)
        self.market.levels[self.listing.stock_key, "main"] = 1
        self.push()
        for sold in (self.listing, listing):
            self.fetch_line(sold, 1)
            self.market_of(sold.channel_id).levels[sold.stock_key, "main"] -= 1
        self.touch(self.product)
        self.push()
        for level in (self.level, self.level_of(listing)):
            self.assertEqual(level.target, 0)
            self.assertEqual(level.expected, 0)
        self.assertEqual((self.shown(self.listing), self.shown(listing)), (0, 0))

    # --- units that vanish there ------------------------------------------------------

    def test_never_raised_before_orders_are_read(self):
        """A sale that is not fetched yet must not be made good by the next push."""
        self.push()
        self.never_read()
        self.sell_there(3)
        self.set_stock(self.product, 11)
        self.push()
        level = self.level
        self.assertEqual((level.confirmed, level.unexplained), (7, 3))
        self.assertEqual(
            self.shown(self.listing), 7, "11 - 3 is more, and may not go yet"
        )
        self.assertIn(("channel.channel", self.channel.id, "_job_poll"), self.bells())
        self.poll()
        self.read_orders(self.channel)
        self.push()
        self.assertEqual(
            self.env["sale.order"].search([], limit=1).order_line.product_uom_qty, 3
        )
        self.assertEqual(self.level.unexplained, 0)
        self.assertEqual(self.shown(self.listing), 8)
        self.assertFalse(self.issues("drift"))

    def test_unfetched_sale_holds_the_others_too(self):
        other = self.make_compare_channel("cas-2")
        listing = self.make_offer(other, self.product, 10)
        self.push()
        self.never_read()
        self.sell_there(3)
        self.set_stock(self.product, 9)
        self.push()
        self.assertEqual(self.shown(listing), 6)

    def test_sale_fetched_while_the_call_was_under_way(self):
        self.push()
        self.set_stock(self.product, 8)
        self.prepare()
        self.level.confirmed_at -= timedelta(seconds=20)
        self.sell_there(1)
        earlier = fields.Datetime.now() - timedelta(seconds=10)
        self.fetch_line(self.listing, 1, ordered_at=earlier)
        self.push()
        self.assertEqual(self.level.unexplained, 0)
        self.assertEqual(self.shown(self.listing), 7)

    def test_vanished_without_an_order(self):
        self.push()
        self.never_read()
        self.market.levels[self.listing.stock_key, "main"] = 4
        self.set_stock(self.product, 9)
        self.push()
        self.assertEqual(self.shown(self.listing), 3, "one less, and nothing made good")
        self.assertEqual(self.level.unexplained, 6)
        self.read_orders(self.channel)
        self.push()
        self.assertEqual(self.shown(self.listing), 9)
        self.assertIn("6 units", self.issues("drift").message)

    def test_vanished_again_after_an_issue_was_dismissed(self):
        """As many units of the same listing: it is another matter all the same."""
        self.push()
        for stock in (9, 8):
            self.never_read()
            self.market.later(10)
            self.market.levels[self.listing.stock_key, "main"] = 4
            self.level.confirmed = 10
            self.set_stock(self.product, stock)
            self.push()
            self.read_orders(self.channel)
            self.push()
            issue = self.issues("drift")
            self.assertIn("6 units", issue.message)
            issue.action_dismiss()

    def test_orders_that_wait_in_the_inbox_are_not_read(self):
        self.push()
        self.never_read()
        self.market.levels[self.listing.stock_key, "main"] = 4
        self.set_stock(self.product, 9)
        self.push()
        event = self.env["channel.event"].create(
            {
                "channel_id": self.channel.id,
                "event_key": "poll:x",
                "topic": "poll",
                "origin": "poll",
                "resource": "order",
                "external_id": "x",
                "received_at": fields.Datetime.now(),
            }
        )
        self.read_orders(self.channel)
        self.push()
        self.assertEqual(self.shown(self.listing), 3)
        event.state = "done"
        self.touch(self.product)
        self.push()
        self.assertEqual(self.shown(self.listing), 9)

    def test_more_there_than_expected(self):
        self.push()
        self.market.levels[self.listing.stock_key, "main"] = 14
        self.set_stock(self.product, 9)
        self.push()
        self.assertEqual(self.level.unexplained, 0)
        self.assertEqual(self.shown(self.listing), 9)
        self.assertEqual(self.calls(), [[9], [9]])

    def test_no_order_flow_no_waiting(self):
        self.channel.order_flow = "off"
        self.push()
        self.never_read()
        self.market.levels[self.listing.stock_key, "main"] = 4
        self.set_stock(self.product, 9)
        self.push()
        self.assertEqual(self.shown(self.listing), 9)

    def test_first_read_is_not_raised_before_orders_are_read(self):
        self.never_read()
        self.market.levels[self.listing.stock_key, "main"] = 6
        self.push()
        self.assertEqual(self.shown(self.listing), 6)
        self.read_orders(self.channel)
        self.push()
        self.assertEqual(self.shown(self.listing), 10)

    def test_late_order_explains_what_vanished(self):
        """An order that is told of only after all orders were said to be read."""
        self.push()
        self.never_read()
        self.market.levels[self.listing.stock_key, "main"] = 7
        self.set_stock(self.product, 9)
        self.push()
        moment = self.level.unexplained_at - timedelta(seconds=5)
        self.read_orders(self.channel)
        self.push()
        issue = self.issues("drift")
        self.assertIn("3 units", issue.message)
        self.fetch_line(self.listing, 1, ordered_at=moment)
        self.touch(self.product)
        self.push()
        self.assertEqual(issue.state, "open", "two of them are still without an order")
        self.fetch_line(self.listing, 2, ordered_at=moment)
        self.touch(self.product)
        self.push()
        self.assertEqual(issue.state, "resolved")
        self.assertEqual(self.shown(self.listing), 6)

    def test_vanished_while_a_raise_must_wait(self):
        other = self.make_compare_channel("cas-2")
        listing = self.make_offer(other, self.product, 10)
        self.push()
        self.never_read()
        self.market.levels[self.listing.stock_key, "main"] = 7
        self.check_drift()
        self.level_of(listing).write(
            {"decrease_since": fields.Datetime.now(), "dirty": False}
        )
        other.run_state = "paused"
        self.read_orders(self.channel)
        self.push()
        self.assertEqual(self.shown(self.listing), 7)
        self.assertIn("3 units", self.issues("drift").message)

    def vanish(self):
        """Three units vanish; the orders that could explain them are not read yet."""
        self.push()
        self.never_read()
        self.market.levels[self.listing.stock_key, "main"] = 7
        self.check_drift()
        self.assertEqual(self.level.unexplained, 3)

    def test_vanished_while_a_quantity_is_under_way(self):
        self.vanish()
        self.set_stock(self.product, 9)
        self.prepare()
        self.assertTrue(self.level.batch_id)
        self.read_orders(self.channel)
        self.prepare()
        self.push()
        self.assertEqual(self.shown(self.listing), 9)
        self.assertIn("3 units", self.issues("drift").message)

    def test_vanished_while_a_reading_is_asked_for(self):
        """What is read then is as known, but not right."""
        self.vanish()
        self.read_orders(self.channel)
        self.check_drift()
        self.assertEqual(self.shown(self.listing), 10)
        self.assertIn("3 units", self.issues("drift").message)

    def test_vanished_while_a_reading_is_under_way(self):
        self.vanish()
        self.channel._job_check_drift()
        self.prepare()
        self.read_orders(self.channel)
        self.push()
        self.assertEqual(self.shown(self.listing), 10)
        self.assertIn("3 units", self.issues("drift").message)

    def test_vanished_where_nothing_is_known_any_more(self):
        self.vanish()
        self.level.confirmed_at = False
        self.read_orders(self.channel)
        capabilities = CompareAdapter.capabilities - {Capability.STOCK_READ}
        with patch.object(CompareAdapter, "capabilities", capabilities):
            self.push()
        self.assertEqual(self.shown(self.listing), 10)
        self.assertIn("3 units", self.issues("drift").message)

    def test_vanished_where_somebody_else_sets_quantities(self):
        self.vanish()
        self.channel.stock_flow = "shadow"
        self.read_orders(self.channel)
        self.push()
        self.assertFalse(self.issues("drift"))

    def test_later_orders_do_not_explain_what_vanished(self):
        self.push()
        self.never_read()
        self.market.levels[self.listing.stock_key, "main"] = 7
        self.set_stock(self.product, 9)
        self.push()
        self.read_orders(self.channel)
        self.push()
        self.sell_there(3)
        self.fetch_line(self.listing, 3)
        self.touch(self.product)
        self.push()
        self.assertIn("3 units", self.issues("drift").message)

    # --- orders of the moment when a quantity was read --------------------------------

    def order_while_read(self, confirmed, shown, quantity=1):
        """A quantity was read, and an order placed in the same second; the order came
        in after that.

        :param confirmed: units that were read. :param shown: units shown since then.
        """
        self.push()
        second = fields.Datetime.now() - timedelta(seconds=5)
        self.level.write(
            {
                "confirmed": confirmed,
                "asked_at": second + timedelta(milliseconds=300),
                "confirmed_at": second + timedelta(milliseconds=500),
            }
        )
        self.market.levels[self.listing.stock_key, "main"] = shown
        line = self.fetch_line(self.listing, quantity, ordered_at=second)
        self.arrived(line, second + timedelta(milliseconds=900))
        self.touch(self.product)

    def assert_in_step(self, quantity):
        """The channel shows so many, as is known here, and no issue is left."""
        for _time in range(2):
            level = self.level
            self.assertEqual((level.target, self.shown(self.listing)), (quantity,) * 2)
            self.assertFalse(level.unexplained or level.unexplained_at)
            self.assertFalse(self.issues("drift"))
            self.check_drift()

    def test_order_just_before_the_reading(self):
        self.order_while_read(confirmed=9, shown=9)
        self.push()
        self.assert_in_step(9)

    def test_order_just_after_the_reading(self):
        self.order_while_read(confirmed=10, shown=9)
        self.never_read()
        self.push()
        self.assertEqual(self.calls(), [[9]], "nothing is held of what is explained")
        self.read_orders(self.channel)
        self.assert_in_step(9)

    def test_order_just_before_the_reading_and_less_stock(self):
        """Nothing may pass for shown that was never sent."""
        self.order_while_read(confirmed=9, shown=9)
        self.set_stock(self.product, 9)
        self.push()
        self.assert_in_step(8)

    def test_order_just_after_the_reading_and_less_stock(self):
        self.order_while_read(confirmed=10, shown=9)
        self.never_read()
        self.set_stock(self.product, 9)
        self.push()
        self.assertEqual(self.shown(self.listing), 8)
        self.read_orders(self.channel)
        self.push()
        self.assert_in_step(8)

    def test_order_just_before_the_reading_and_more_stock(self):
        self.order_while_read(confirmed=9, shown=9)
        self.set_stock(self.product, 12)
        self.push()
        self.assert_in_step(11)

    def test_order_just_after_the_reading_and_more_stock(self):
        self.order_while_read(confirmed=10, shown=9)
        self.never_read()
        self.set_stock(self.product, 12)
        self.push()
        self.assertEqual(self.shown(self.listing), 9, "another order may explain it")
        self.read_orders(self.channel)
        self.push()
        self.assert_in_step(11)

    def test_drift_check_of_an_order_just_before_the_reading(self):
        self.order_while_read(confirmed=9, shown=9)
        self.check_drift()
        self.assert_in_step(9)

    def test_drift_check_of_an_order_just_after_the_reading(self):
        self.order_while_read(confirmed=10, shown=9)
        self.never_read()
        self.check_drift()
        self.assertEqual(self.level.unexplained, 0, "nothing is held")
        self.assertTrue(self.level.unexplained_at, "and nothing raised")
        self.read_orders(self.channel)
        self.push()
        self.assert_in_step(9)

    def test_order_dated_later_than_it_came_in(self):
        """Clocks differ, and apps date orders: what was known is contained."""
        self.push()
        self.market.levels[self.listing.stock_key, "main"] -= 2
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        line = self.fetch_line(self.listing, 2, ordered_at=tomorrow)
        self.arrived(line, datetime.now(UTC).replace(tzinfo=None))
        self.touch(self.product)
        self.push()
        for on_hand in (9, 7, 11):
            self.set_stock(self.product, on_hand)
            self.push()
            self.assertEqual(self.shown(self.listing), on_hand - 2)
        self.check_drift()
        self.assertEqual(self.calls(), [[7], [5], [9]])
        self.assertFalse(self.issues("drift"))

    def test_order_between_reading_and_taking_over(self):
        """It comes in before the answer is taken over, which cannot contain it."""
        self.push()
        self.channel._job_check_drift()
        self.prepare()
        self._step_send()
        self.market.levels[self.listing.stock_key, "main"] = 9
        line = self.fetch_line(self.listing, 1)
        self.arrived(line, datetime.now(UTC).replace(tzinfo=None))
        self.touch(self.product)
        self.push()
        self.assert_in_step(9)

    def test_vanished_beside_an_order_just_after_the_reading(self):
        self.order_while_read(confirmed=10, shown=6)
        self.never_read()
        self.set_stock(self.product, 12)
        self.push()
        self.assertEqual(self.level.unexplained, 3)
        self.assertLessEqual(self.shown(self.listing), 6)
        self.read_orders(self.channel)
        self.push()
        self.assertIn("3 units", self.issues("drift").message)
        self.assertEqual(self.shown(self.listing), 11)

    def test_order_in_the_second_of_the_reading_that_misses_it(self):
        """Read less, and only then told of the order of that second."""
        self.push()
        self.never_read()
        self.sell_there(1)
        self.set_stock(self.product, 9)
        self.push()
        self.assertEqual((self.level.unexplained, self.shown(self.listing)), (1, 8))
        second = self.level.unexplained_at.replace(microsecond=0)
        line = self.fetch_line(self.listing, 1, ordered_at=second)
        self.arrived(line, self.level.unexplained_at + timedelta(seconds=1))
        self.read_orders(self.channel)
        self.touch(self.product)
        self.push()
        self.assert_in_step(8)

    # --- order of pushes --------------------------------------------------------------

    def test_decreases_go_first(self):
        other = self.make_compare_channel("cas-2")
        listing = self.make_offer(other, self.product, 20)
        self.market.levels[self.listing.stock_key, "main"] = 3
        self.prepare()
        self._step_send()  # both are read
        self.prepare()
        self.assertEqual(self.batches("pending").channel_id, other)
        self.assertTrue(self.level.dirty)
        self.assertTrue(self.level_of(listing).decrease_since)
        self.push()
        self.assertEqual((self.shown(listing), self.shown(self.listing)), (10, 10))

    def test_increases_do_not_wait_for_ever(self):
        other = self.make_compare_channel("cas-2")
        listing = self.make_offer(other, self.product, 20)
        self.market.levels[self.listing.stock_key, "main"] = 3
        self.push_nothing_to(other)
        self.assertEqual(self.shown(self.listing), 3)
        self.level_of(listing).decrease_since = fields.Datetime.now() - timedelta(
            minutes=11
        )
        self.touch(self.product)
        self.push()
        self.assertEqual(self.shown(self.listing), 10)

    def push_nothing_to(self, channel):
        """Work until quiet, but let every quantity sent to a channel fail."""
        self.prepare()
        self._step_send()
        self.prepare()
        channel.run_state = "paused"
        self.push()

    def test_own_decreases_do_not_wait_for_each_other(self):
        second = self.make_offer(self.channel, self.product, 30)
        self.push()
        self.set_stock(self.product, 8)
        self.push()
        self.assertEqual((self.shown(second), self.shown(self.listing)), (8, 8))

    def test_fuse(self):
        listings = [
            self.make_offer(self.channel, self.make_product(f"F-{n}", quantity=5), 5)
            for n in range(4)
        ]
        with patch.object(stock_fuse, "FLOOR", 2):
            self.push()
            for listing in listings:
                self.set_stock(listing.product_id, 0)
            with self.assertIssue("fuse"):
                self.push()
            self.assertEqual(self.calls(), [])
            self.assertTrue(listings[0].level_ids.dirty)
            issue = self.issues("fuse")
            self.assertIn("4 of 5", issue.message)
            issue.action_resolve()
            self.push()
        self.assertEqual(sum(len(call) for call in self.calls()), 4)
        self.assertEqual(self.shown(listings[0]), 0)

    def test_fuse_is_not_dismissed(self):
        """Quantities would wait for ever, and nothing would say so."""
        self.push()
        self.set_stock(self.product, 0)
        self.channel.stock_fuse = 10
        with patch.object(stock_fuse, "FLOOR", 0):
            self.push()
            issue = self.issues("fuse")
            with self.assertRaises(UserError):
                issue.action_dismiss()
            self.set_stock(self.product, 10)
            self.push()
        self.assertEqual(issue.state, "resolved")

    def test_fuse_of_a_shop_whose_stock_is_not_entered_yet(self):
        """The first quantities of a small shop would empty it."""
        listings = [
            self.make_offer(self.channel, self.make_product(f"F-{n}"), 5)
            for n in range(4)
        ]
        with self.assertIssue("fuse"):
            self.push()
        self.assertEqual(self.shown(listings[0]), 5)
        self.channel.action_count_stock()
        self.push()
        self.assertFalse(self.issues("fuse"))
        self.assertEqual(listings[0].level_ids.target, 5)
        self.assertEqual(self.calls(), [])

    def test_fuse_of_a_run_that_is_no_longer_unusual(self):
        listings = [
            self.make_offer(self.channel, self.make_product(f"F-{n}", quantity=5), 5)
            for n in range(4)
        ]
        with patch.object(stock_fuse, "FLOOR", 2):
            self.push()
            for listing in listings:
                self.set_stock(listing.product_id, 0)
            self.push()
            for listing in listings:
                self.set_stock(listing.product_id, 5)
            self.push()
        self.assertFalse(self.issues("fuse"))
        self.assertEqual(self.calls(), [])

    # --- shadow and pause -------------------------------------------------------------

    def test_shadow(self):
        self.channel.stock_flow = "shadow"
        self.set_stock(self.product, 6)
        self.push()
        self.assertFalse(
            self.market.calls["push_stock"] + self.market.calls["stock_levels"]
        )
        level = self.level
        self.assertEqual(level.target, 6)
        self.assertFalse(level.sent_at or level.confirmed_at)
        self.assertEqual(level.entry_ids.mapped("shadow"), [True])
        self.touch(self.product)
        self.push()
        self.assertEqual(len(level.entry_ids), 1, "an equal quantity is no news")
        self.channel.stock_flow = "on"
        self.push()
        self.assertEqual(self.shown(self.listing), 6)

    def test_what_was_frozen_before_shadow_is_taken_back(self):
        for mode in ("shadow", "off"):
            self.channel.stock_flow = "on"
            self.set_stock(self.product, 10)
            self.push()
            self.market.stock_calls.clear()
            self.set_stock(self.product, 6)
            self.prepare()
            batch = self.batches("pending")
            known = self.level.sent_at, self.level.confirmed
            self.channel.stock_flow = mode
            batch._job_send()
            self.push()
            self.assertEqual(self.calls(), [], mode)
            self.assertEqual(batch.state, "superseded")
            self.assertFalse(self.level.batch_id)
            self.assertTrue(self.level.entry_ids[0].shadow, "the ledger says so")
            self.assertEqual((self.level.sent_at, self.level.confirmed), known)
            self.channel.stock_flow = "on"
            self.push()
            self.assertEqual(self.shown(self.listing), 6)

    def test_reads_frozen_before_shadow_are_taken_back(self):
        self.touch(self.product)
        self.prepare()
        batch = self.env["channel.push.batch"].search([("state", "=", "pending")])
        self.assertEqual(batch.verb, "read")
        self.channel.stock_flow = "shadow"
        batch._job_send()
        self.assertFalse(self.market.calls["stock_levels"])
        self.push()
        self.assertFalse(self.level.confirmed_at)
        self.assertFalse(self.level.batch_id)

    def test_what_may_have_left_before_shadow_keeps_its_key(self):
        """It is neither sent in shadow nor replaced: afterwards the same rows go under
        the same key."""
        self.push()
        self.set_stock(self.product, 9)
        self.prepare()
        batch = self.batches("pending")
        self.market.lost_answers = [TransientError("no answer")]
        self.send_in_vain(batch)
        self.market.levels[self.listing.stock_key, "main"] = 10
        self.channel.stock_flow = "shadow"
        batch._job_send()
        self.push()
        self.assertEqual(batch.state, "pending")
        self.assertEqual(self.market.keys, [batch.key])
        wanted = self.env["channel.sweeper"]._bells(self.channel)
        self.assertNotIn((batch, "_job_send"), wanted)
        self.channel.stock_flow = "on"
        self.assertIn(("channel.push.batch", batch.id, "_job_send"), self.bells())
        self.push()
        self.assertEqual(self.market.keys, [batch.key] * 2)
        self.assertEqual(self.shown(self.listing), 9)

    def test_switched_on_again_what_is_shown_is_read_first(self):
        """Somebody else set quantities meanwhile: that is no drift."""
        self.push()
        for mode, shown in (("shadow", 12), ("off", 7)):
            self.channel.stock_flow = mode
            self.push()
            self.market.levels[self.listing.stock_key, "main"] = shown
            self.channel.stock_flow = "on"
            self.push()
            self.assertEqual(self.shown(self.listing), 10, mode)
            self.assertFalse(self.issues("drift"))
            self.assertFalse(self.level.unexplained)

    def test_pause(self):
        self.push()
        self.channel.action_pause()
        self.set_stock(self.product, 6)
        self.push()
        self.assertEqual(self.shown(self.listing), 10)
        self.assertTrue(self.level.dirty)
        self.channel.action_resume()
        self.push()
        self.assertEqual(self.shown(self.listing), 6)

    # --- answers ----------------------------------------------------------------------

    def test_all_or_nothing_answers(self):
        """Stale rows stay behind, the others go at once under a new key."""
        second = self.make_offer(
            self.channel, self.make_product("SECOND", quantity=4), 4
        )
        self.push()
        self.set_stock(self.product, 9)
        self.set_stock(second.product_id, 3)
        self.market.levels[self.listing.stock_key, "main"] = 12
        self.push()
        self.assertEqual([sorted(call) for call in self.calls()], [[3, 9], [3, 9]])
        self.assertEqual(len(set(self.market.keys)), 2)
        self.assertEqual((self.shown(self.listing), self.shown(second)), (9, 3))
        again, first = self.batches("done")
        self.assertEqual(again.parent_id, first)

    def test_stale_again_and_again_is_read_first(self):
        """After two stale rounds the rest is read before it is sent again."""
        second = self.make_offer(
            self.channel, self.make_product("SECOND", quantity=4), 4
        )
        self.push()
        self.set_stock(self.product, 9)
        self.set_stock(second.product_id, 3)
        reads = self.market.calls["stock_levels"]
        for shown in (12, 13, 14):
            self.prepare()
            self.market.levels[self.listing.stock_key, "main"] = shown
            self._step_send()
        self.assertEqual(len(self.calls()), 3)
        self.push()
        self.assertEqual(self.market.calls["stock_levels"], reads + 1)
        self.assertEqual((self.shown(self.listing), self.shown(second)), (9, 3))

    def test_rejected_row_waits_for_a_person(self):
        second = self.make_offer(
            self.channel, self.make_product("SECOND", quantity=4), 4
        )
        self.push()
        self.market.refused.add(second.stock_key)
        self.set_stock(self.product, 9)
        self.set_stock(second.product_id, 3)
        with self.assertIssue("push_rejected"):
            self.push()
        issue = self.issues("push_rejected")
        self.assertEqual(issue.listing_id, second)
        self.assertEqual(self.shown(self.listing), 9, "the others go on")
        self.set_stock(second.product_id, 2)
        before = len(self.calls())
        self.push()
        self.assertEqual(len(self.calls()), before, "not before a person has looked")
        self.market.refused.clear()
        issue.action_resolve()
        self.push()
        self.assertEqual(self.shown(second), 2)

    def test_what_is_gone_is_not_refused_any_more(self):
        """The answer to a call that was under way when the listing went."""
        self.push()
        self.market.refused.add(self.listing.stock_key)
        self.set_stock(self.product, 9)
        self.prepare()
        self._step_send()
        item = self.level.batch_id.item_ids
        self.assertEqual(item.status, "rejected")
        self.listing._mark_gone()
        self.prepare()
        self.assertFalse(self.issues("push_rejected"))

    def test_refused_call(self):
        self.push()
        self.set_stock(self.product, 9)
        self.market.errors = [RejectedError("no", code="NO")]
        with self.assertIssue("push_rejected"):
            self.push()
        self.assertEqual(self.batches("rejected").item_ids.code, "NO")

    def test_same_key_after_a_lost_answer(self):
        """The call had its effect and the answer was lost: the same rows, the same
        key."""
        self.push()
        self.set_stock(self.product, 9)
        self.prepare()
        batch = self.batches("pending")
        self.market.lost_answers = [TransientError("no answer")]
        self.send_in_vain(batch)
        self.assertEqual(self.shown(self.listing), 9)
        self.assertEqual(batch.state, "pending")
        self.assertEqual(len(batch.attempt_ids), 1)
        self.set_stock(self.product, 5)
        self.prepare()
        self.assertEqual(
            batch.state, "pending", "it may have been sent: it keeps its key"
        )
        batch._job_send()
        self.assertEqual(self.market.keys, [batch.key] * 2)
        self.push()
        self.assertEqual(self.shown(self.listing), 5)

    def send_in_vain(self, batch):
        """A send job that is postponed; Odoo's own assertion would undo its attempt."""
        try:
            batch._job_send()
        except RetryableJobError:
            return
        self.fail("the job was not postponed")

    def test_replaced_before_anyone_began(self):
        self.push()
        self.set_stock(self.product, 9)
        self.prepare()
        batch = self.batches("pending")
        self.set_stock(self.product, 5)
        self.prepare()
        self.assertEqual(batch.state, "pending", "young batches are on their way")
        self.age(batch, 20)
        self.touch(self.product)
        self.prepare()
        self.assertEqual(batch.state, "superseded")
        self.assertTrue(self.level.entry_ids[-1].shadow, "it was never sent")
        batch._job_send()
        self.push()
        self.assertEqual(self.calls(), [[5]])
        self.assertFalse(self.level.entry_ids[0].shadow)

    def age(self, batch, seconds):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE channel_push_batch SET create_date = create_date"
            " - make_interval(secs => %s) WHERE id = %s",
            [seconds, batch.id],
        )
        batch.invalidate_recordset()

    def test_old_quantities_are_not_sent(self):
        """What waited in a paused channel is computed again, not sent."""
        self.push()
        self.set_stock(self.product, 9)
        self.prepare()
        batch = self.batches("pending")
        self.age(batch, 3600)
        batch._job_send()
        self.assertEqual(batch.state, "superseded")
        self.assertEqual(self.calls(), [])
        self.push()
        self.assertEqual(self.shown(self.listing), 9)

    def test_forgotten_answers_are_asked_for_again(self):
        self.push()
        self.set_stock(self.product, 9)
        self.prepare()
        batch = self.batches("pending")
        original = type(self.channel._adapter()).push_stock
        with patch.object(
            type(self.channel._adapter()), "push_stock", _forget(original)
        ):
            batch._job_send()
        self.assertEqual(batch.state, "sent")
        batch._job_send()
        self.assertEqual(batch.state, "done")
        self.assertEqual(self.market.keys, [batch.key] * 2)

    def test_one_name_once_in_a_call(self):
        """Two listings of one stock item are never in one call."""
        twin = self.make_offer(self.channel, self.product, 10)
        twin.stock_key = self.listing.stock_key
        self.push()
        self.set_stock(self.product, 8)
        self.push()
        self.assertEqual(self.calls(), [[8], [8]])

    def test_calls_are_full(self):
        for number in range(6):
            self.make_offer(
                self.channel, self.make_product(f"C-{number}", quantity=4), 0
            )
        self.push()
        self.assertEqual([len(call) for call in self.calls()], [5, 1])

    def test_batches_are_sent_one_after_the_other(self):
        """One bell for the first; each that is sent rings for the next."""
        for number in range(11):
            self.make_offer(self.channel, self.make_product(f"C-{number}", quantity=4))
        self.push()
        for number in range(11):
            self.set_stock(
                self.env["product.product"].search(
                    [("default_code", "=", f"C-{number}")]
                ),
                3,
            )
        self.env.cr.postcommit.data.clear()
        self.env.cr.postcommit.clear()
        self.prepare()
        batches = self.batches("pending").sorted("id")
        self.assertEqual(len(batches), 3)
        for batch, following in zip(batches, batches[1:], strict=False):
            self.assertEqual(self.send_bells(), {batch.id})
            self.env.cr.postcommit.clear()
            batch._job_send()
            self.assertEqual(self.send_bells(), {following.id})

    def send_bells(self):
        return {record_id for _m, record_id, job in self.bells() if job == "_job_send"}

    # --- what the channel tells -------------------------------------------------------

    def tell(self, available, moment=None):
        seen = StockLevel(
            listing=self.listing.stock_key,
            location="main",
            available=available,
            read_at=moment or datetime.now(UTC) + timedelta(seconds=1),
        )
        self.level._note_observed(self.channel, (seen,))
        self.push()

    def test_told_of_less(self):
        self.push()
        self.never_read()
        self.market.levels[self.listing.stock_key, "main"] = 8
        self.tell(8)
        self.assertEqual((self.level.confirmed, self.level.unexplained), (8, 2))
        self.assertEqual(self.shown(self.listing), 8)

    def test_told_of_more(self):
        self.push()
        self.market.levels[self.listing.stock_key, "main"] = 12
        self.tell(12)
        self.assertEqual(self.shown(self.listing), 10)

    def test_echo_and_old_news(self):
        self.push()
        self.tell(3, datetime(2020, 1, 1, tzinfo=UTC))
        self.assertEqual((self.level.confirmed, self.level.unexplained), (10, 0))
        self.tell(10)
        self.assertEqual(self.calls(), [])
        self.assertFalse(self.level.dirty)

    # --- drift ------------------------------------------------------------------------

    def check_drift(self):
        self.channel._job_check_drift()
        self.push()

    def test_drift_is_found_and_corrected(self):
        self.push()
        self.market.levels[self.listing.stock_key, "main"] = 13
        with self.assertIssue("drift"):
            self.check_drift()
        self.assertEqual(self.shown(self.listing), 10)
        self.check_drift()
        self.assertFalse(self.issues("drift"), "settled when it shows what it should")

    def test_missing_units_wait_for_orders(self):
        self.push()
        self.never_read()
        self.sell_there(2)
        self.check_drift()
        self.assertEqual(self.level.unexplained, 2)
        self.assertEqual(self.shown(self.listing), 8)
        self.poll()
        self.read_orders(self.channel)
        self.push()
        self.assertFalse(self.issues("drift"))
        self.assertEqual((self.shown(self.listing), self.level.unexplained), (8, 0))

    def test_nothing_there(self):
        """A place where the channel does not keep the listing shows none."""
        self.market.levels.pop((self.listing.stock_key, "main"))
        self.push()
        self.assertEqual(self.level.confirmed, 0)
        self.assertEqual(len(self.issues("push_rejected")), 1)


def _forget(original):
    def push_stock(adapter, key, targets):
        answer = original(adapter, key, targets)
        return type(answer)(results=())

    return push_stock


@tagged("post_install", "-at_install")
class TestStockFlowLater(StockCase):
    """The same with a marketplace that compares nothing and answers by tickets."""

    def test_answers_by_ticket(self):
        self.market.ticket_delay = 3
        self.push()
        self.set_stock(self.product, 7)
        self.prepare()
        batch = self.env["channel.push.batch"].search([("state", "=", "pending")])
        batch._job_send()
        self.assertEqual((batch.state, bool(batch.ticket)), ("sent", True))
        self.assertEqual(batch.item_ids.status, "pending")
        for _look in range(2):
            batch._job_send()
            self.assertEqual(batch.state, "sent")
        batch._job_send()
        self.assertEqual(batch.state, "done")
        self.push()
        self.assertEqual(self.listing.level_ids.confirmed, 7)
        self.assertEqual(len(self.market.stock_calls), 1)

    def test_answers_are_asked_for_in_shadow_too(self):
        """The call was made: what came of it is known before and after."""
        self.push()
        self.set_stock(self.product, 6)
        self.prepare()
        batch = self.env["channel.push.batch"].search([("state", "=", "pending")])
        batch._job_send()
        self.assertEqual(batch.state, "sent")
        self.channel.stock_flow = "off"
        batch._job_send()
        self.assertEqual(batch.state, "sent")
        self.channel.stock_flow = "shadow"
        batch._job_send()
        self.assertEqual(batch.state, "done")
        self.push()
        self.assertEqual(self.listing.level_ids.confirmed, 6)

    def test_sale_between_call_and_answer(self):
        """Without compare-and-set the answer's moment counts: a sale in between is told
        again rather than forgotten."""
        self.push()
        self.set_stock(self.product, 7)
        self.push()
        line = self.fetch_line(self.listing, 1)
        line.order_id.ordered_at = self.listing.level_ids.confirmed_at - timedelta(
            seconds=5
        )
        self.touch(self.product)
        self.push()
        self.assertEqual(self.shown(self.listing), 6)

    def test_what_cannot_be_read_is_sent_at_once(self):
        capabilities = FakeAdapter.capabilities - {Capability.STOCK_READ}
        with patch.object(FakeAdapter, "capabilities", capabilities):
            self.push()
            self.assertEqual(self.market.calls["stock_levels"], 0)
            self.assertEqual(self.shown(self.listing), 10)
            self.channel._job_check_drift()
            self.push()
            self.assertEqual(len(self.market.stock_calls), 1)

    def test_archived_products_are_shown_as_they_are(self):
        self.push()
        self.product.active = False
        self.set_stock(self.product, 2)
        self.push()
        self.assertEqual(self.shown(self.listing), 2)

    def test_unknown_offer_is_refused(self):
        self.market.levels.pop((self.offer.external_id, "main"))
        with self.assertIssue("push_rejected"):
            self.push()
        self.assertEqual(self.issues("push_rejected").detail, "UNKNOWN_OFFER")

    def test_the_whole_way(self):
        self.push()
        self.read_orders(self.channel, "2000-01-01 00:00:00")
        self.market.place(self.market.line(self.offer, 2))
        self.poll()
        self.assertEqual(self.shown(self.listing), 8)
        self.assertEqual(self.listing.level_ids.target, 8)
