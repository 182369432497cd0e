from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..adapter.errors import TransientError
from ..services import stock_fuse
from .flow_case import FlowCase


@tagged("post_install", "-at_install")
class TestStockGuard(FlowCase):
    """What holds quantities back: the fuse, shadow and pause."""

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
