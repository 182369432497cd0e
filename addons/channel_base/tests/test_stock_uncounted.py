from datetime import UTC, datetime, timedelta

from psycopg2 import IntegrityError

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..adapter.canonical import StockLevel
from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockUncounted(StockCase):
    """Quantities that stay for sale at the channel although nobody counts them here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.run_state = "paused"
        cls.channel = cls.make_compare_channel()
        cls.market = cls.market_of(cls.channel)
        cls.listing = cls.make_offer(cls.channel, cls.product, 10)

    def lose_product(self):
        self.push()
        self.listing.product_id = False
        self.push()
        return self.issues("uncounted")

    def test_a_listing_that_loses_its_product_is_told_of(self):
        [issue] = self.lose_product()
        self.assertEqual(issue.listing_id, self.listing)
        self.assertIn("10 units", issue.message)
        self.assertEqual(self.shown(self.listing), 10)
        self.touch(self.product)
        self.push()
        self.assertEqual(issue.count, 1, "told once")
        self.set_stock(self.product, 7)
        self.listing.product_id = self.product
        self.push()
        self.assertEqual(issue.state, "resolved")
        self.assertEqual(self.shown(self.listing), 7)

    def test_what_shows_nothing_or_is_not_pushed_is_not_told_of(self):
        self.set_stock(self.product, 0)
        second = self.make_offer(self.channel, self.make_product("SECOND"), 4)
        self.push()
        self.issues("fuse").action_resolve()
        self.push()
        third = self.make_offer(
            self.channel, self.make_product("THIRD", quantity=4), 4, tracked=True
        )
        self.push()
        third.push_stock = False
        fourth = self.make_offer(
            self.channel, self.make_product("FOURTH", quantity=4), 4
        )
        self.push()
        fourth.state = "archived"
        (fourth | self.listing | second | third).product_id = False
        self.push()
        self.assertFalse(self.issues("uncounted"))

    def test_uncounted_quantity_that_the_channel_zeroes(self):
        [issue] = self.lose_product()
        self.market.levels[self.listing.stock_key, "main"] = 0
        seen = StockLevel(
            listing=self.listing.stock_key,
            location="main",
            available=0,
            read_at=datetime.now(UTC) + timedelta(seconds=1),
        )
        self.listing.level_ids._note_observed(self.channel, (seen,))
        self.push()
        self.assertEqual(issue.state, "resolved")

    def test_resolved_uncounted_quantity_is_looked_at(self):
        self.lose_product().action_resolve()
        self.push()
        [issue] = self.issues("uncounted")
        self.assertFalse(self.issues("drift"))
        self.market.levels[self.listing.stock_key, "main"] = 0
        issue.action_resolve()
        self.push()
        self.assertFalse(self.issues("uncounted"))
        self.assertFalse(self.issues("drift"))

    def test_daily_look_at_uncounted_quantities(self):
        [issue] = self.lose_product()
        self.channel._job_check_drift()
        self.push()
        self.assertEqual(issue.state, "open")
        self.market.levels[self.listing.stock_key, "main"] = 0
        self.channel._job_check_drift()
        self.push()
        self.assertEqual(issue.state, "resolved")

    def test_a_place_that_loses_its_feed_is_told_of_once(self):
        self.make_offer(self.channel, self.make_product("SECOND", quantity=4), 4)
        self.push()
        place = self.channel.location_ids
        feed = place.feed_ids.stock_location_id
        place.feed_ids.unlink()
        self.push()
        [issue] = self.issues("uncounted")
        self.assertEqual(issue.location_id, place)
        self.assertIn("14 units", issue.message)
        self.touch(self.product)
        self.push()
        self.assertEqual((issue.state, issue.count), ("open", 1))
        place.feed_ids = [Command.create({"stock_location_id": feed.id})]
        self.push()
        self.assertEqual(issue.state, "resolved")

    def test_a_product_that_is_not_kept_in_stock_any_more_is_told_of(self):
        self.push()
        self.product.is_storable = False
        self.push()
        [issue] = self.issues("uncounted")
        self.assertIn("Track Inventory", issue.message)
        self.product.is_storable = True
        self.push()
        self.assertEqual(issue.state, "resolved")
        self.product.product_tmpl_id.type = "service"
        self.push()
        self.assertEqual(len(self.issues("uncounted")), 1)

    def test_many_uncounted_quantities_take_no_more_queries(self):
        def queries(count):
            listings = self.env["channel.listing"].union(
                *(
                    self.make_offer(
                        self.channel, self.make_product(f"{count}-{i}", quantity=4), 4
                    )
                    for i in range(count)
                )
            )
            self.push()
            listings.product_id = False
            self.env.cr.flush()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.prepare()
            return self.env.cr.sql_log_count - before

        queries(1)  # from here on there are open ones
        self.assertEqual(queries(2), queries(6))

    def test_products_of_listings_are_not_deleted(self):
        """What is for sale would not be counted any more."""
        product = self.make_product("NEVER-MOVED")
        self.make_offer(self.channel, product, 4)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            product.unlink()
