from datetime import UTC, datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from .flow_case import FlowCase


@tagged("post_install", "-at_install")
class TestStockMoment(FlowCase):
    """Orders of the moment when a quantity was read."""

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
        line.stored_at = second + timedelta(milliseconds=900)
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
        line.stored_at = datetime.now(UTC).replace(tzinfo=None)
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
        line.stored_at = datetime.now(UTC).replace(tzinfo=None)
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
        line.stored_at = self.level.unexplained_at + timedelta(seconds=1)
        self.read_orders(self.channel)
        self.touch(self.product)
        self.push()
        self.assert_in_step(8)

    def test_line_that_an_edit_added_to_an_old_order(self):
        """It takes its units when it is added, however old the order is."""
        self.push()
        self.never_read()
        self.sell_there(2)
        old = fields.Datetime.now() - timedelta(days=2)
        line = self.fetch_line(self.listing, 2, ordered_at=old)
        line.stored_at = datetime.now(UTC).replace(tzinfo=None)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE channel_order SET create_date = %s WHERE id = %s",
            (old, line.order_id.id),
        )
        self.channel._job_check_drift()
        self.prepare()
        self._step_send()
        self.prepare()
        self.assertFalse(self.level.unexplained, "nothing is held of what is explained")
        self.read_orders(self.channel)
        self.touch(self.product)
        self.push()
        self.assert_in_step(8)

    # --- orders whose reading crosses that of a quantity ------------------------------

    def test_fetch_that_began_before_the_quantity_was_read(self):
        """What it read of the shop is newer than its transaction."""
        self.push()
        self.never_read()
        self.check_drift()
        self.sell_there(1)
        line = self.fetch_line(
            self.listing, 1, ordered_at=self.level.confirmed_at + timedelta(seconds=1)
        )
        self.assertLess(line.create_date, self.level.asked_at)
        self.set_stock(self.product, 12)
        self.push()
        self.assertEqual(self.calls(), [[11]], "what is expected is what is there")
        self.read_orders(self.channel)
        self.assert_in_step(11)

    def test_cancelled_between_reading_and_taking_over(self):
        """What was read lacks units that are no longer sold."""
        self.push()
        self.sell_there(2)
        line = self.fetch_line(self.listing, 2)
        self.touch(self.product)
        self.push()
        self.assertEqual(self.level.expected, 8)
        self.market.later(5)
        self.channel._job_check_drift()
        self.prepare()
        self._step_send()
        self.market.levels[self.listing.stock_key, "main"] = 10
        line.write({"cancelled": 2, "open_quantity": 0, "unimported": False})
        self.touch(self.product)
        self.push()
        self.read_orders(self.channel)
        self.push()
        self.assert_in_step(10)

    def test_order_that_is_dated_back(self):
        """Its units are taken off when it is entered there."""
        self.push()
        now = datetime.now(UTC)
        self.market.later(5)
        self.market.place(
            self.market.line(self.market.listings[self.listing.external_id], 1),
            ordered_at=now - timedelta(days=30),
            placed_at=now + timedelta(seconds=3),
        )
        self.channel.import_from = fields.Datetime.now() - timedelta(days=60)
        self.poll()
        self.set_stock(self.product, 12)
        self.push()
        self.assertEqual(self.calls(), [[11]], "what is expected is what is there")
        self.assert_in_step(11)
