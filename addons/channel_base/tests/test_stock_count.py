from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..adapter.canonical import StockLevel
from ..adapter.port import Capability
from .stock_case import CompareAdapter, StockCase


@tagged("post_install", "-at_install")
class TestStockCount(StockCase):
    """A channel's quantities become counted stock: opening stock, channels as
    masters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.run_state = "paused"
        cls.channel = cls.make_compare_channel()
        cls.market = cls.market_of(cls.channel)
        cls.listing = cls.make_offer(cls.channel, cls.product, 25)

    def on_hand(self, product=None):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("location_id", "child_of", self.warehouse.lot_stock_id.id),
            ]
        )
        return sum(quants.mapped("quantity"))

    def count(self):
        self.channel.action_count_stock()
        self.push()

    # --- opening stock ----------------------------------------------------------------

    def test_opening_stock(self):
        self.count()
        self.assertEqual(self.on_hand(), 25)
        self.assertEqual(
            self.market.stock_calls, [], "nothing is shown before it is counted"
        )
        move = self.env["stock.move"].search([("product_id", "=", self.product.id)])[-1]
        self.assertTrue(move.is_inventory)
        self.assertIn(self.channel.name, move.inventory_name)

    def test_what_is_sold_and_still_here_is_on_hand(self):
        """Imported or not: sold units are no longer offered, and still in the
        building."""
        line = self.fetch_line(self.listing, 2)
        line.order_id.placed_at = "2020-01-01 00:00:00"
        self.import_line(self.fetch_line(self.listing, 3, ordered_at="2020-01-01"))
        self.count()
        self.assertEqual(self.on_hand(), 30)
        self.assertEqual(self.level_of(self.listing).target, 25)

    def import_line(self, line):
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_qty": line.quantity,
                            "channel_line_id": line.id,
                        }
                    )
                ],
            }
        )
        sale.action_confirm()
        line.unimported = False

    def test_demand_of_others_is_not_the_channel_s(self):
        """The channel does not know what was sold elsewhere."""
        self.sell(self.product, 4)
        self.count()
        self.assertEqual(self.on_hand(), 25)

    def test_nothing_is_booked_before_orders_are_read(self):
        self.read_orders(self.channel, "2000-01-01 00:00:00")
        self.count()
        self.assertEqual(self.on_hand(), 10)
        self.assertIn(("channel.channel", self.channel.id, "_job_poll"), self.bells())
        self.read_orders(self.channel)
        self.push()
        self.assertEqual(self.on_hand(), 25)

    def read_then_order(self, contained):
        """A quantity is read, and an order of the same second comes in after that."""
        self.channel.action_count_stock()
        self.prepare()
        self._step_send()
        item = self.env["channel.push.item"].search(
            [("batch_id.verb", "=", "count")], limit=1, order="id desc"
        )
        second = item.observed_at.replace(microsecond=0)
        line = self.fetch_line(self.listing, 1, ordered_at=second)
        line.stored_at = item.observed_at
        if not contained:
            self.market.levels[self.listing.stock_key, "main"] -= 1
        return item.batch_id

    def test_order_just_before_the_counting(self):
        self.read_then_order(contained=True)
        self.prepare()
        self.assertEqual(self.on_hand(), 10, "counted again before anything is booked")
        self.push()
        self.assertEqual(self.on_hand(), 26, "sold and still here")
        self.assertFalse(self.issues("drift"))

    def test_order_just_after_the_counting(self):
        self.read_then_order(contained=False)
        self.push()
        self.assertEqual(self.on_hand(), 25)
        self.assertFalse(self.issues("drift"))

    def test_order_that_is_cancelled_before_the_count_is_booked(self):
        """What was read lacks units that are free again."""
        line = self.fetch_line(self.listing, 2, ordered_at="2026-01-01 00:00:00")
        self.market.levels[self.listing.stock_key, "main"] -= 2
        self.channel.action_count_stock()
        self.prepare()
        self._step_send()
        line.write({"cancelled": 2, "open_quantity": 0, "unimported": False})
        line.order_id.fetched_at = fields.Datetime.now()
        self.market.levels[self.listing.stock_key, "main"] += 2
        self.prepare()
        self.assertEqual(self.on_hand(), 10, "counted again before anything is booked")
        line.order_id.fetched_at -= timedelta(seconds=5)
        self.push()
        self.assertEqual(self.on_hand(), 25)

    def test_order_just_before_the_counting_of_what_is_told_only(self):
        """Where it cannot be counted again, the lower number is taken."""
        batch = self.read_then_order(contained=True)
        capabilities = CompareAdapter.capabilities - {Capability.STOCK_READ}
        with patch.object(CompareAdapter, "capabilities", capabilities):
            self.prepare()
        self.assertTrue(batch.folded)
        self.assertEqual(self.on_hand(), 25)

    def test_equal_needs_no_adjustment(self):
        self.market.levels[self.listing.stock_key, "main"] = 10
        moves = self.env["stock.move"].search_count([])
        self.count()
        self.assertEqual(self.env["stock.move"].search_count([]), moves)

    def test_serial_numbers_are_counted_by_people(self):
        serial = self.make_product("SERIAL", tracking="serial")
        listing = self.make_offer(self.channel, serial, 3)
        self.count()
        self.assertEqual(self.on_hand(), 25)
        self.assertEqual(self.on_hand(serial), 0)
        self.assertEqual(self.issues("drift").listing_id, listing)

    def test_one_bad_product_does_not_stop_the_others(self):
        bad = self.make_product("BAD")
        listing = self.make_offer(self.channel, bad, 3)
        apply_inventory = type(self.env["stock.quant"])._apply_inventory

        def fail_for_bad(quants, date=None):
            if bad in quants.product_id:
                raise UserError("This cannot be counted.")
            return apply_inventory(quants, date)

        with (
            patch.object(
                type(self.env["stock.quant"]), "_apply_inventory", fail_for_bad
            ),
            self.assertLogs("odoo.addons.channel_base", "ERROR"),
        ):
            self.count()
        self.assertEqual(self.on_hand(bad), 0)
        self.assertEqual(self.on_hand(), 25)
        self.assertEqual(self.issues("drift").listing_id, listing)

    def test_listings_that_disagree(self):
        self.make_offer(self.channel, self.product, 7)
        self.count()
        self.assertEqual(self.on_hand(), 10)
        self.assertIn("different quantities", self.issues("drift").message)

    def test_listings_that_agree(self):
        self.make_offer(self.channel, self.product, 25)
        self.count()
        self.assertEqual(self.on_hand(), 25)

    def test_never_below_nothing(self):
        self.market.levels[self.listing.stock_key, "main"] = -4
        self.count()
        self.assertEqual(self.on_hand(), 0)

    def test_less_is_taken_from_shelves_and_packages_too(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        package = self.env["stock.package"].create({"name": "Box"})
        self.env["stock.quant"]._update_available_quantity(
            self.product, shelf, 30, package_id=package
        )
        self.count()
        self.assertEqual(self.on_hand(), 25)
        self.assertEqual(self.level_of(self.listing).target, 25)

    # --- the channel as master --------------------------------------------------------

    def test_master_is_followed(self):
        self.channel.stock_master = "channel"
        self.env.cr.flush()
        self.prepare()
        self.channel._job_check_drift()
        self.push()
        self.assertEqual(self.on_hand(), 25)
        self.market.levels[self.listing.stock_key, "main"] = 21
        seen = StockLevel(
            listing=self.listing.stock_key,
            location="main",
            available=21,
            read_at=datetime.now(UTC),
        )
        self.level_of(self.listing)._note_observed(self.channel, (seen,))
        self.push()
        self.assertEqual(self.on_hand(), 21)
        self.assertEqual(self.market.stock_calls, [], "a master is told nothing")
        self.assertFalse(self.level_of(self.listing).dirty)

    def test_a_master_s_sale_is_not_taken_off_twice(self):
        """Its own sale lowers what it shows; the delivery of that sale must not lower
        the stock once more."""
        self.channel.stock_master = "channel"
        self.env.cr.flush()
        self.count()
        line = self.fetch_line(self.listing, 2)
        line.order_id.placed_at = "2020-01-01 00:00:00"
        self.market.levels[self.listing.stock_key, "main"] = 23
        self.count()
        self.assertEqual(self.on_hand(), 25)
        self.import_line(line)
        self.count()
        self.assertEqual(self.on_hand(), 25)
        picking = self.env["stock.picking"].search([], order="id desc", limit=1)
        picking.move_ids.picked = True
        picking._action_done()
        self.count()
        self.assertEqual(self.on_hand(), 23)

    def test_other_channels_see_what_the_master_counts(self):
        other = self.make_compare_channel("cas-2")
        listing = self.make_offer(other, self.product, 3)
        self.channel.stock_master = "channel"
        self.env.cr.flush()
        self.count()
        self.push()
        self.assertEqual(self.shown(listing), 25)
