from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .flow_case import FlowCase


@tagged("post_install", "-at_install")
class TestStockFlow(FlowCase):
    """From a change of stock to the quantity that the channel confirms, and back."""

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

    def given_back(self, **values):
        """An order whose units are here; then one is given back at the channel, and
        held here all the same."""
        self.push()
        line = self.fetch_line(self.listing, 3, unimported=False)
        self.market.levels[self.listing.stock_key, "main"] -= 3
        self.market.later(5)
        self.set_stock(self.product, 6)
        self.push()
        self.check_drift()
        self.assertEqual((self.level.confirmed, self.shown(self.listing)), (6, 6))
        self.market.levels[self.listing.stock_key, "main"] += 1
        line.write(values)
        line.order_id.fetched_at = fields.Datetime.now()
        self.level.confirmed_at = line.order_id.fetched_at - timedelta(seconds=10)
        self.touch(self.product)
        self.push()

    def test_refunded_unit_is_not_sold_twice(self):
        """The channel puts it back on its shelf, whatever becomes of it here."""
        self.given_back(cancelled=1)
        self.assertEqual(self.shown(self.listing), 6)

    def test_returned_unit_is_not_sold_before_it_is_here(self):
        self.given_back(refunded=1)
        self.assertEqual(self.shown(self.listing), 6)
        calls = len(self.calls())
        self.level.confirmed_at = fields.Datetime.now() + timedelta(seconds=5)
        self.touch(self.product)
        self.push()
        self.assertEqual(len(self.calls()), calls, "once it is known")

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
