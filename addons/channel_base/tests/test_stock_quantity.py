from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .stock_case import StockCase


@tagged("post_install", "-at_install")
class TestStockQuantity(StockCase):
    """The formula: on hand, open demand, orders not imported, and the channel's
    rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # quantities are computed and never sent: what is looked at is the formula
        cls.channel.stock_flow = "shadow"

    def make_place_for(self, channel, external_id, location, warehouse=None):
        self.market_of(channel).levels[self.listing.stock_key, external_id] = 0
        place = self.make_place(channel, external_id, location)
        place.warehouse_id = warehouse
        return place

    def test_on_hand(self):
        self.assertEqual(self.quantity(self.listing), 10)

    def test_negative_stock_shows_nothing(self):
        self.set_stock(self.product, 0)
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.warehouse.lot_stock_id, -3
        )
        self.assertEqual(self.quantity(self.listing), 0)

    def test_unreserved_demand_counts(self):
        self.sell(self.product, 25)
        self.assertEqual(self.quantity(self.listing), 0)
        self.set_stock(self.product, 30)
        self.assertEqual(self.quantity(self.listing), 5)

    def test_draft_and_cancelled_do_not_count(self):
        order = self.sell(self.product, 4)
        self.assertEqual(self.quantity(self.listing), 6)
        order._action_cancel()
        self.assertEqual(self.quantity(self.listing), 10)

    def test_quantity_changed_on_the_order(self):
        order = self.sell(self.product, 4)
        order.order_line.product_uom_qty = 6
        self.assertEqual(self.quantity(self.listing), 4)

    def test_dozens(self):
        self.set_stock(self.product, 30)
        self.sell(self.product, 2, uom=self.env.ref("uom.product_uom_dozen"))
        self.assertEqual(self.quantity(self.listing), 6)

    def test_parts_of_a_unit(self):
        self.set_stock(self.product, 9.99)
        self.assertEqual(self.quantity(self.listing), 9)
        # 3 x 0.1 is no 0.3 for a computer, and is 0.3 for people
        self.set_stock(self.product, 3.3)
        for _ in range(3):
            self.sell(self.product, 0.1)
        self.assertEqual(self.quantity(self.listing), 3)

    def test_deliveries_in_steps(self):
        """At every step of a delivery the units are counted once."""
        for steps in ("ship_only", "pick_ship", "pick_pack_ship"):
            for feed in ("lot_stock_id", "view_location_id"):
                with self.subTest(steps=steps, feed=feed):
                    self.check_steps(steps, feed)

    def check_steps(self, steps, feed):
        self.set_stock(self.product, 10)
        self.warehouse.delivery_steps = steps
        self.channel.location_ids.feed_ids.stock_location_id = self.warehouse[feed]
        order = self.sell(self.product, 4)
        self.assertEqual(self.quantity(self.listing), 6, "confirmed")
        first = True
        while picking := order.picking_ids.filtered(lambda p: p.state == "assigned"):
            if first:  # a part of it goes first, the rest is a backorder
                picking.move_ids.write({"quantity": 1, "picked": True})
                picking._action_done()
                self.assertEqual(self.quantity(self.listing), 6, "in part")
                first = False
                continue
            picking[0].move_ids.picked = True
            picking[0]._action_done()
            self.assertEqual(
                self.quantity(self.listing), 6, picking[0].picking_type_id.name
            )
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
        self.assertEqual(order.order_line.qty_delivered, 4)

    def test_pull_chain_counts_once(self):
        """A move that only prepares another open one, as procurement to order makes."""
        warehouse = self.warehouse
        values = {
            "product_id": self.product.id,
            "product_uom_qty": 3,
            "company_id": self.company.id,
        }
        customers = self.env.ref("stock.stock_location_customers")
        prepare, deliver = self.env["stock.move"].create(
            [
                {
                    **values,
                    "location_id": warehouse.lot_stock_id.id,
                    "location_dest_id": warehouse.wh_output_stock_loc_id.id,
                    "location_final_id": customers.id,
                },
                {
                    **values,
                    "location_id": warehouse.wh_output_stock_loc_id.id,
                    "location_dest_id": customers.id,
                    "procure_method": "make_to_order",
                },
            ]
        )
        prepare.move_dest_ids = deliver
        (prepare | deliver)._action_confirm()
        self.channel.location_ids.feed_ids.stock_location_id = (
            warehouse.view_location_id
        )
        self.assertEqual(self.quantity(self.listing), 7)
        self.channel.location_ids.feed_ids.stock_location_id = warehouse.lot_stock_id
        self.assertEqual(self.quantity(self.listing), 7)

    def test_moves_within_the_feed_are_no_demand(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 3,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": shelf.id,
            }
        )._action_confirm()
        self.assertEqual(self.quantity(self.listing), 10)

    def test_incoming_is_not_on_hand(self):
        self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 50,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
            }
        )._action_confirm()
        self.assertEqual(self.quantity(self.listing), 10)

    def test_goods_on_their_way_to_another_warehouse(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 3,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.company.internal_transit_location_id.id,
                "location_final_id": other.lot_stock_id.id,
            }
        )._action_confirm()
        self.assertEqual(self.quantity(self.listing), 7)

    # --- several places and warehouses ------------------------------------------------

    def test_several_warehouses(self):
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.set_stock(self.product, 5, second.lot_stock_id)
        self.make_place_for(self.channel, "second", second.lot_stock_id, second)
        self.sell(self.product, 2, warehouse=second)
        self.assertEqual(self.quantity(self.listing), 10)
        self.assertEqual(self.quantity(self.listing, "second"), 3)
        self.channel.location_ids.filtered(lambda p: p.external_id == "second").unlink()
        main = self.channel.location_ids
        main.feed_ids = [Command.create({"stock_location_id": second.lot_stock_id.id})]
        self.assertEqual(self.quantity(self.listing), 13)

    def test_part_of_a_warehouse(self):
        """Demand of the whole warehouse counts as far as it may be taken from the
        part."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        self.set_stock(self.product, 4, shelf)
        self.channel.location_ids.feed_ids.stock_location_id = shelf
        self.assertEqual(self.quantity(self.listing), 4)
        order = self.sell(self.product, 3)
        here = order.picking_ids.move_line_ids.filtered(
            lambda line: line.location_id == shelf
        )
        reserved_here = sum(here.mapped("quantity"))
        self.assertEqual(self.quantity(self.listing), 4 - reserved_here)
        self.sell(self.product, 12)  # of which one is nowhere
        self.assertEqual(self.quantity(self.listing), 0)

    def test_a_unit_is_shown_at_one_place(self):
        with self.assertRaises(ValidationError):
            self.make_place(self.channel, "twice", self.warehouse.view_location_id)

    def test_companies_do_not_mix(self):
        company = self.env["res.company"].create({"name": "Another company"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        self.set_stock(self.product, 100, warehouse.lot_stock_id)
        self.assertEqual(self.quantity(self.listing), 10)
        listing = self.listing_of_company(company, warehouse)
        self.assertEqual(self.quantity(listing), 100)
        self.fetch_line(listing, 30)
        self.assertEqual(self.quantity(self.listing), 10)
        self.assertEqual(self.quantity(listing), 70)

    def listing_of_company(self, company, warehouse):
        channel = self.env["channel.channel"].create(
            {
                "name": "Channel of another company",
                "provider": "fake",
                "account": "of another company",
                "run_state": "connected",
                "stock_flow": "shadow",
                "company_id": company.id,
                "warehouse_id": warehouse.id,
            }
        )
        self.make_place(channel, "main", warehouse.lot_stock_id)
        return self.make_listing(channel, self.offer, self.product)

    # --- orders that are not imported -------------------------------------------------

    def test_unimported_of_all_channels(self):
        other = self.make_channel("fake-2", stock_flow="shadow")
        listing = self.make_offer(other, self.product)
        self.fetch_line(self.listing, 1)
        self.fetch_line(listing, 2)
        self.assertEqual(self.quantity(self.listing), 7)
        self.assertEqual(self.quantity(listing), 7)

    def test_imported_and_cancelled_lines_do_not_count(self):
        self.fetch_line(self.listing, 3, unimported=False)
        self.fetch_line(self.listing, 3, open_quantity=0, cancelled=3)
        self.assertEqual(self.quantity(self.listing), 10)

    def test_unimported_counts_where_it_will_ship(self):
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.set_stock(self.product, 5, second.lot_stock_id)
        place = self.make_place_for(self.channel, "second", second.lot_stock_id, second)
        self.fetch_line(self.listing, 1, place)
        self.fetch_line(self.listing, 2)  # anywhere: from the channel's warehouse
        self.assertEqual(self.quantity(self.listing), 8)
        self.assertEqual(self.quantity(self.listing, "second"), 4)

    def test_unimported_of_nowhere_counts_everywhere(self):
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.set_stock(self.product, 5, second.lot_stock_id)
        self.make_place_for(self.channel, "second", second.lot_stock_id, second)
        self.channel.warehouse_id = False
        self.fetch_line(self.listing, 2)
        self.assertEqual(self.quantity(self.listing), 8)
        self.assertEqual(self.quantity(self.listing, "second"), 3)

    def test_the_number_stays_when_the_order_is_confirmed(self):
        line = self.fetch_line(self.listing, 3)
        self.assertEqual(self.quantity(self.listing), 7)
        self.sell(self.product, 3)
        line.unimported = False
        self.assertEqual(self.quantity(self.listing), 7)

    # --- the channel's rule -----------------------------------------------------------

    def test_share_buffer_cap(self):
        self.channel.write({"stock_share": 55, "stock_buffer": 2, "stock_cap": 0})
        self.assertEqual(self.quantity(self.listing), 3)  # 5.5 -> 5 - 2
        self.channel.write({"stock_share": 100, "stock_buffer": 0, "stock_cap": 4})
        self.assertEqual(self.quantity(self.listing), 4)
        self.channel.write({"stock_buffer": 40, "stock_cap": 0})
        self.assertEqual(self.quantity(self.listing), 0)

    def test_rules_cannot_show_more_than_there_is(self):
        for values in ({"stock_share": 101}, {"stock_buffer": -1}, {"stock_cap": -1}):
            for record in (self.channel, self.listing):
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    record.write(values)
                    self.env.flush_all()
                self.env.invalidate_all()

    def test_the_listing_s_own_rule(self):
        self.channel.stock_cap = 1
        self.listing.write({"own_stock_rule": True, "stock_share": 50})
        self.assertEqual(self.quantity(self.listing), 5)

    def test_absurd_stock(self):
        self.set_stock(self.product, 9e9)
        self.assertEqual(self.quantity(self.listing), 1_000_000_000)

    def test_what_is_not_pushed(self):
        self.assertEqual(self.quantity(self.listing), 10)
        entries = len(self.listing.level_ids.entry_ids)
        for values in (
            {"push_stock": False},
            {"push_stock": True, "tracked": False},
            {"tracked": True, "state": "gone"},
            {"state": "active", "active": False},
        ):
            self.listing.write(values)
            self.set_stock(self.product, 3)
            self.quantity(self.listing)
            self.assertEqual(len(self.listing.level_ids.entry_ids), entries, values)
        self.listing.active = True
        self.assertEqual(self.quantity(self.listing), 3)

    def test_products_without_stock(self):
        service = self.make_product("SERVICE", type="service", is_storable=False)
        listing = self.make_offer(self.channel, service, 7)
        self.touch(service)
        self.prepare()
        self.assertFalse(listing.level_ids.entry_ids)
        self.assertFalse(listing.level_ids.dirty)

    def test_another_product_for_the_listing(self):
        self.assertEqual(self.quantity(self.listing), 10)
        self.listing.product_id = self.make_product("INSTEAD", quantity=3)
        self.prepare()
        self.assertEqual(self.listing.level_ids.target, 3)
        self.assertEqual(self.listing.level_ids.product_id.default_code, "INSTEAD")

    def test_a_new_place_gets_levels(self):
        self.quantity(self.listing)
        second = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        self.set_stock(self.product, 5, second.lot_stock_id)
        self.make_place_for(self.channel, "second", second.lot_stock_id, second)
        self.prepare()
        self.assertEqual(self.level_of(self.listing, "second").target, 5)

    # --- the ledger -------------------------------------------------------------------

    def test_every_number_can_be_made_again(self):
        self.channel.write({"stock_share": 33.3, "stock_buffer": 1, "stock_cap": 2})
        self.sell(self.product, 1.25)
        self.fetch_line(self.listing, 1)
        self.quantity(self.listing)
        entry = self.listing.level_ids.entry_ids[:1]
        self.assertEqual(entry._recompute(), entry.quantity)
        self.assertEqual(
            entry.inputs["components"],
            [
                {
                    "product": self.product.id,
                    "per_unit": "1",
                    "on_hand": "10.00",
                    "demand": "1.25",
                    "unimported": "1.00",
                    "unexplained": "0.00",
                }
            ],
        )
        self.assertEqual(entry.inputs["share"], "33.3")
        self.assertTrue(entry.shadow)

    def test_number_of_queries(self):
        """Neither products nor listings make queries of their own."""
        products = [self.make_product(f"N-{n}", quantity=n) for n in range(30)]
        for product in products:
            self.make_offer(self.channel, product)
        self.prepare()
        counts = []
        for part in (products[:2], products):
            self.touch(*part)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.worker("channel.listing.level")._job_prepare()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_moments_are_utc(self):
        self.quantity(self.listing)
        entry = self.listing.level_ids.entry_ids[:1]
        self.assertLess(
            abs((entry.created_at - fields.Datetime.now()).total_seconds()), 60
        )
