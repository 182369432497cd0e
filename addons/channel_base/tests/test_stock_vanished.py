from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..adapter.canonical import StockLevel
from ..adapter.port import Capability
from .flow_case import FlowCase
from .stock_case import CompareAdapter


@tagged("post_install", "-at_install")
class TestStockVanished(FlowCase):
    """Units that are missing at the channel: sales not read yet, or somebody else."""

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

    def test_late_order_that_was_cancelled_meanwhile(self):
        """Its units were missing when the quantity was read."""
        self.vanish()
        moment = self.level.unexplained_at - timedelta(seconds=5)
        self.fetch_line(
            self.listing, 3, ordered_at=moment, cancelled=3, open_quantity=0
        )
        self.market.levels[self.listing.stock_key, "main"] = 10
        self.read_orders(self.channel)
        self.push()
        self.assertEqual(self.shown(self.listing), 10)
        self.assertFalse(self.issues("drift"))

    def test_vanished_twice_with_an_order_in_between(self):
        """The order is known at the second time: it explains nothing of it."""
        self.vanish()
        moment = self.level.unexplained_at - timedelta(seconds=5)
        self.fetch_line(self.listing, 1, ordered_at=moment)
        self.market.later(10)
        self.fetch_line(self.listing, 2, ordered_at=moment + timedelta(seconds=10))
        self.market.levels[self.listing.stock_key, "main"] = 3
        self.check_drift()
        self.read_orders(self.channel)
        self.push()
        self.assertIn("4 units", self.issues("drift").message)

    def test_order_that_was_being_stored_when_units_vanished(self):
        """Ids are given out before what bears them can be seen."""
        line = self.fetch_line(self.listing, 1)
        older = line.id
        line.order_id.unlink()
        self.fetch_line(
            self.listing, 1, ordered_at=self.channel.import_from, unimported=False
        )
        self.vanish()
        moment = self.level.unexplained_at - timedelta(seconds=5)
        late = self.fetch_line(self.listing, 3, ordered_at=moment)
        self.env.cr.execute(
            "UPDATE channel_order_line SET id = %s WHERE id = %s", [older, late.id]
        )
        self.env.invalidate_all()
        self.read_orders(self.channel)
        self.push()
        self.assertFalse(self.issues("drift"))

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
