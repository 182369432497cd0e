"""Stock in buildings of others: compared as of the same moment, corrected with care."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .shipping_case import ShippingCase


@tagged("post_install", "-at_install")
class TestBuildingStock(ShippingCase):
    def setUp(self):
        super().setUp()
        self.warehouse.stock = {"SKU-1": 20}
        # what the tests have booked so far was before any count
        self.env.cr.execute("UPDATE stock_move SET date = date - interval '1 hour'")

    def count(self):
        """The provider counts, a while after the count before."""
        self.env.cr.execute(
            "UPDATE channel_building_stock SET read_at = read_at - interval '1 hour',"
            " compared_at = compared_at - interval '1 hour'"
        )
        self.env.invalidate_all()
        self.place._job_read_building()
        self.env["channel.building.stock"]._job_compare()
        self.env.flush_all()
        return self.env["channel.building.stock"].search(
            [("product_id", "=", self.product.id)]
        )

    def test_equal(self):
        row = self.count()
        self.assertEqual((row.there, row.here, row.difference), (20, 20, 0))

    def test_a_difference_is_booked_when_it_lasts(self):
        self.warehouse.stock["SKU-1"] = 17
        row = self.count()
        self.assertEqual((row.difference, row.seen), (-3, 1))
        self.assertEqual(self.on_hand(), 20)
        self.assertIn(
            ("channel.location", self.place.id, "_job_read_building"),
            {(j.model_name, j.records.id, j.method_name) for j in self.later()},
        )
        row = self.count()
        self.assertEqual((row.difference, row.adjusted), (0, -3))
        self.assertEqual(self.on_hand(), 17)
        move = self.env["stock.move"].search(
            [("product_id", "=", self.product.id), ("is_inventory", "=", True)],
            order="id desc",
            limit=1,
        )
        self.assertIn(self.provider.name, move.inventory_name)

    def later(self):
        return self.env["queue.job"].search(
            [("method_name", "=", "_job_read_building")]
        )

    def test_a_report_on_its_way_is_no_difference(self):
        """It left there before the count, and is told here after it."""
        self.sell(2)
        self.work()
        self.warehouse.stock["SKU-1"] = 18
        self.assertEqual(self.count().difference, -2)
        self.warehouse.ship(self.sent().reference, {"SKU-1": 2})
        self.report()
        row = self.count()
        self.assertEqual((row.difference, row.seen, row.adjusted), (0, 0, 0))
        self.assertEqual(self.on_hand(), 18)

    def test_what_moved_since_the_count_is_taken_back(self):
        self.place._job_read_building()
        self.env.cr.execute(
            "UPDATE channel_building_stock SET read_at = read_at - interval '2 hours'"
        )
        self.env.cr.execute("UPDATE stock_move SET date = date - interval '2 hours'")
        self.set_stock(self.product, 25, self.building.lot_stock_id)
        self.env["channel.building.stock"]._job_compare()
        row = self.env["channel.building.stock"].search([])
        self.assertEqual((row.here, row.difference), (20, 0))

    def test_the_same_count_twice_confirms_nothing(self):
        self.warehouse.stock["SKU-1"] = 17
        row = self.count()
        row.to_compare = True
        self.env["channel.building.stock"]._job_compare()
        self.env.invalidate_all()
        self.assertEqual((row.seen, self.on_hand()), (1, 20))

    def test_more_than_the_limit_is_for_a_person(self):
        self.warehouse.stock["SKU-1"] = 5
        self.count()
        with self.assertIssue("building_stock"):
            row = self.count()
        self.assertEqual(self.on_hand(), 20)
        self.issues("building_stock").action_resolve()
        self.env["channel.building.stock"]._job_compare()
        self.env.invalidate_all()
        self.assertEqual((self.on_hand(), row.difference), (5, 0))

    def test_a_value_above_the_limit_is_for_a_person(self):
        self.product.standard_price = 1000
        self.warehouse.stock["SKU-1"] = 19
        self.count()
        with self.assertIssue("building_stock"):
            self.count()
        self.warehouse.stock["SKU-1"] = 20
        self.count()
        self.assertFalse(self.issues("building_stock"), "it is explained by now")

    def test_what_is_not_named_any_more_is_gone(self):
        self.count()
        self.warehouse.stock = {}
        row = self.count()
        self.assertEqual((row.there, row.difference), (0, -20))

    def test_unknown_goods(self):
        self.warehouse.stock["STRANGE"] = 4
        with self.assertIssue("building_unknown"):
            self.count()
        del self.warehouse.stock["STRANGE"]
        self.count()
        self.assertFalse(self.issues("building_unknown"))

    def test_each_night(self):
        self.env["channel.channel"]._cron_daily()
        self.assertTrue(self.later())
        later = fields.Datetime.now() + timedelta(minutes=1)
        self.assertLess(self.later()[0].date_created, later)
