from dataclasses import replace
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..adapter.canonical import ListingState
from ..adapter.errors import ProtocolError, TransientError
from ..services import catalogue_import
from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestCatalogue(ChannelCase):
    """From the channel's catalogue to listings with products."""

    def import_catalogue(self):
        self.channel._job_import_catalogue()

    def listing_of(self, offer):
        return self.env["channel.listing"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("external_id", "=", offer.external_id),
            ]
        )

    def issue_of(self, offer):
        subject = f"listing:{offer.external_id}"
        return self.issues("unmapped_listing").filtered(lambda i: i.subject == subject)

    # --- matching ---------------------------------------------------------------------

    def test_barcode_comes_before_sku(self):
        by_code = self.make_product("M-1")
        by_barcode = self.make_product("OTHER", barcode="4006381333931")
        offer = self.market.offer("M-1", barcode="4006381333931")
        plain = self.market.offer("M-1")
        self.import_catalogue()
        self.assertEqual(self.listing_of(offer).product_id, by_barcode)
        self.assertEqual(self.listing_of(plain).product_id, by_code)

    def test_several_offers_of_one_sku(self):
        product = self.make_product("M-2")
        offers = [self.market.offer("M-2") for _ in range(3)]
        self.import_catalogue()
        for offer in offers:
            self.assertEqual(self.listing_of(offer).product_id, product)

    def test_only_usable_products(self):
        other = self.env["res.company"].create({"name": "Another company"})
        self.make_product("M-3", company_id=other.id)
        self.make_product("M-4", active=False)
        shared = self.make_product("M-5")
        own = self.make_product("M-6", company_id=self.company.id)
        offers = [self.market.offer(f"M-{number}") for number in (3, 4, 5, 6)]
        self.import_catalogue()
        products = [self.listing_of(offer).product_id for offer in offers]
        none = self.env["product.product"]
        self.assertEqual(products, [none, none, shared, own])

    def test_doubtful_is_left_to_a_person(self):
        self.make_product("M-7")
        self.make_product("M-7")
        offer = self.market.offer("M-7")
        self.import_catalogue()
        self.assertFalse(self.listing_of(offer).product_id)
        self.assertIn("several products", self.issue_of(offer).message)

    def test_case_and_empty_codes_do_not_match(self):
        self.make_product("m-8")
        self.make_product(False)
        offers = [self.market.offer("M-8"), self.market.offer("")]
        self.import_catalogue()
        for offer in offers:
            self.assertFalse(self.listing_of(offer).product_id)

    def test_no_issue_for_what_is_not_sold(self):
        draft = self.market.offer("NONE-1")
        self.market.listings[draft.external_id] = replace(
            draft, state=ListingState.DRAFT
        )
        self.import_catalogue()
        self.assertFalse(self.issue_of(draft))

    # --- parts ------------------------------------------------------------------------

    def test_parts_and_position(self):
        offers = [self.market.offer(f"P-{number}") for number in range(7)]
        with patch.object(catalogue_import, "ENOUGH", 4):
            self.import_catalogue()
            cursor = self.env["channel.cursor"].search([("stream", "=", "listings")])
            self.assertEqual(cursor.position, "4")
            self.assertIn(
                ("channel.channel", self.channel.id, "_job_import_catalogue"),
                self.bells(),
            )
            self.assertFalse(self.listing_of(offers[-1]))
            self.import_catalogue()
        self.assertFalse(cursor.position)
        self.assertTrue(self.listing_of(offers[-1]))

    def test_again_changes_nothing(self):
        self.import_catalogue()
        self.listing.write({"stock_buffer": 3, "own_stock_rule": True})
        count = self.env["channel.listing"].search_count([])
        self.import_catalogue()
        self.assertEqual(self.env["channel.listing"].search_count([]), count)
        self.assertEqual(self.listing.stock_buffer, 3)
        self.assertEqual(self.listing.product_id, self.product)

    def test_what_is_gone_asks_for_nothing_any_more(self):
        self.import_catalogue()
        place = self.channel.location_ids
        level = self.env["channel.listing.level"].create(
            {"listing_id": self.listing.id, "location_id": place.id}
        )
        self.env["channel.issue"]._report(
            self.channel,
            "push_rejected",
            level._subject(),
            "refused: the variant was deleted",
            listing=self.listing,
        )
        self.market.listings.pop(self.offer.external_id)
        self.import_catalogue()
        self.assertFalse(self.issues("push_rejected"))

    def test_gone_and_back(self):
        self.import_catalogue()
        self.market.listings.pop(self.offer.external_id)
        self.import_catalogue()
        self.assertEqual(self.listing.state, "gone")
        self.market.listings[self.offer.external_id] = self.offer
        self.import_catalogue()
        self.assertEqual(self.listing.state, "active")

    def test_an_interrupted_read_removes_nothing(self):
        self.market.errors = [ProtocolError("not JSON")]
        with self.assertLogs("odoo.addons.channel_base", "ERROR"):
            self.import_catalogue()
        self.assertEqual(self.listing.state, "active")
        self.assertEqual(len(self.issues("protocol")), 1)

    def test_out_of_reach_is_tried_again(self):
        self.market.errors = [TransientError("no answer")]
        with self.assertRaises(Exception) as caught:
            self.import_catalogue()
        self.assertEqual(type(caught.exception).__name__, "RetryableJobError")

    def test_number_of_queries(self):
        self.import_catalogue()
        offers = [self.market.offer(f"Q-{number}") for number in range(40)]
        for offer in offers[:20]:
            self.make_product(offer.sku)
        store = self.env["channel.listing.store"]
        self.env.flush_all()
        self.env.invalidate_all()
        store._store(self.channel, offers[:1])
        before = self.env.cr.sql_log_count
        store._store(self.channel, offers[1:3])
        few = self.env.cr.sql_log_count - before
        before = self.env.cr.sql_log_count
        store._store(self.channel, offers[3:])
        many = self.env.cr.sql_log_count - before
        self.assertLessEqual(many, few + 12)

    def test_webhook_reads_one_product_again(self):
        offer = self.market.offer("W-1", product="item-1")
        adapter = self.channel._adapter()
        service = self.env["channel.catalogue.import"]
        service._refresh(self.channel, adapter, (offer.external_id,))
        self.assertEqual(self.listing_of(offer).external_product_id, "item-1")
        self.market.listings.pop(offer.external_id)
        service._refresh(self.channel, adapter, ("item-1",))
        self.assertEqual(self.listing_of(offer).state, "gone")
        self.assertEqual(self.listing.state, "active")

    # --- what people do ---------------------------------------------------------------

    def test_choosing_a_product_settles_and_resumes(self):
        offer = self.market.offer("LATER-1", quantity=4)
        self.import_catalogue()
        self.assertEqual(len(self.issue_of(offer)), 1)
        self.market.place(self.market.line(offer))
        self.poll()
        order = self.env["channel.order"].search([])
        self.assertEqual(order.state, "blocked")
        product = self.make_product("LATER", quantity=4)
        self.listing_of(offer).product_id = product
        self.env.cr.flush()
        self.assertFalse(self.issue_of(offer))
        self.run_jobs()
        self.assertEqual(order.state, "imported")
        self.assertEqual(order.line_ids.product_id, product)
        self.assertEqual(self.market.levels[offer.external_id, "main"], 3)

    def test_create_product(self):
        offer = self.market.offer("NEW-1", barcode="5000000000012", title="A new thing")
        self.import_catalogue()
        listing = self.listing_of(offer)
        listing.action_create_product()
        product = listing.product_id
        self.assertEqual(
            (product.default_code, product.barcode, product.name, product.is_storable),
            ("NEW-1", "5000000000012", "A new thing", True),
        )
        self.assertEqual(product.company_id, self.company)
        self.assertFalse(self.issue_of(offer))

    def test_resolving_looks_again(self):
        offer = self.market.offer("NEW-2")
        self.import_catalogue()
        product = self.make_product("NEW-2")
        self.issue_of(offer).action_resolve()
        self.assertEqual(self.listing_of(offer).product_id, product)

    def test_suggestions_are_ranked(self):
        close = self.make_product("SHIRT-RED-M", name="Shirt red M")
        alike = self.make_product("SHIRT-RED-L", name="Shirt red L")
        self.make_product("MUG", name="Mug")
        offer = self.market.offer("SHIRT-RED-M ", title="Shirt, red, size M")
        listing = self.make_listing(self.channel, offer)
        self.assertEqual(listing.suggested_product_ids[:2].ids, [close.id, alike.id])
        self.assertNotIn("MUG", listing.suggested_product_ids.mapped("default_code"))

    def test_foreign_products_are_refused(self):
        other = self.env["res.company"].create({"name": "Another company"})
        product = self.make_product("FOREIGN", company_id=other.id)
        with self.assertRaises(UserError):
            self.listing.product_id = product

    def make_combo(self, sku, **values):
        part = self.make_product(f"{sku}-PART")
        choice = self.env["product.combo"].create(
            {
                "name": "Choice",
                "combo_item_ids": [Command.create({"product_id": part.id})],
            }
        )
        values |= {"type": "combo", "combo_ids": [Command.set(choice.ids)]}
        return self.make_product(sku, is_storable=False, **values)

    def test_combos_are_left_to_a_person(self):
        self.make_product("C-2")
        by_sku = self.make_combo("C-1")
        by_barcode = self.make_combo("OTHER", barcode="4006381333931")
        offers = {
            self.market.offer("C-1", title="Combo C-1"): by_sku,
            self.market.offer("C-2", barcode="4006381333931"): by_barcode,
        }
        self.import_catalogue()
        for offer, combo in offers.items():
            listing = self.listing_of(offer)
            self.assertFalse(listing.product_id)
            self.assertIn(combo.display_name, self.issue_of(offer).message)
            self.assertIn("combo", self.issue_of(offer).message)
            self.assertNotIn(combo, listing.suggested_product_ids)

    @mute_logger("odoo.sql_db")
    def test_combos_are_refused(self):
        combo = self.make_combo("C-3")
        matched = self.market.offer(self.make_product("C-4").default_code)
        self.import_catalogue()
        product = self.listing_of(matched).product_id
        choices = [Command.set(combo.combo_ids.ids)]
        turned = {"type": "combo", "combo_ids": choices, "is_storable": False}
        for record, values in (
            (self.listing, {"product_id": combo.id}),
            (product.product_tmpl_id, turned),
        ):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                record.write(values)
                self.env.flush_all()

    def test_odd_texts(self):
        offer = self.market.offer("سكر\x00\U0001f600", title="")
        self.import_catalogue()
        listing = self.env["channel.listing"].search(
            [("external_id", "=", offer.external_id)]
        )
        self.assertEqual(listing.sku, "سكر\U0001f600")
        self.assertTrue(listing.name)
