"""Products that the channel had before, and those that it must not get as they are."""

from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..adapter import codec
from ..adapter.canonical import PriceList, PriceListKind
from ..adapter.content import ProductContent
from ..wizards import channel_product_publish
from .test_content import ContentCase
from .test_reconcile import ReconcileCase

SHOP = PriceList(
    external_id="",
    name="Shop",
    currency="EUR",
    kind=PriceListKind.BASE,
    tax_included=True,
)


@tagged("post_install", "-at_install")
class TestFirstPublication(ContentCase):
    def theirs(self, variant, product, sku):
        """A listing that the channel had before."""
        offer = self.market.offer(sku, product=product)
        listing = self.make_listing(self.channel, offer, variant)
        listing.external_product_id = product
        self.market.catalogue.products[product] = ProductContent(
            key="?", title="Old", groups=()
        )
        return listing

    def sent(self):
        """The last content that was sent."""
        items = self.env["channel.push.item"].search(
            [("batch_id.kind", "=", "product")], order="id desc", limit=1
        )
        return codec.loads(ProductContent, items.payload)

    # --- what is there stays ----------------------------------------------------------

    def test_what_odoo_says_nothing_about_is_left_as_it_was_there(self):
        """Images, tags and collections of a shop are not wiped out because Odoo has
        none of them yet."""
        self.theirs(self.shirt.product_variant_ids[0], "theirs-1", "Shirt-1")
        publish = self.publish()
        (sent,) = self.pushes()
        self.assertFalse(
            sent & {"images", "tags", "category", "attributes", "translations"}
        )
        lines = {line.group: line.change for line in publish.line_ids}
        self.assertEqual(lines["images"], "left")
        self.assertEqual(self.row().state, "done")

    def test_the_first_preview_shows_what_would_be_written_over(self):
        self.theirs(self.shirt.product_variant_ids[0], "theirs-1", "Shirt-1")
        publish = self.env["channel.product.publish"].create(
            {"channel_id": self.channel.id, "product_tmpl_ids": self.shirt.ids}
        )
        publish.action_preview()
        there = {line.group: line.there for line in publish.line_ids}
        self.assertEqual(there["text"], "Old")
        self.assertFalse(there["tags"])
        self.assertFalse(self.pushes())

    def test_a_preview_of_many_shows_what_needs_a_person(self):
        free = self.env["product.template"].create({"name": "Free", "list_price": 0})
        with patch.object(channel_product_publish, "PREVIEWED", 1):
            publish = self.publish(self.shirt | free)
        self.assertEqual(publish.line_ids.product_tmpl_id, free)
        self.assertEqual(publish.rest_count, 1)
        self.assertEqual(self.row().state, "done")

    def test_a_variant_that_is_archived_here_is_told_of(self):
        self.publish()
        variant = self.shirt.product_variant_ids[0]
        variant.action_archive()
        with self.assertIssue("content_left"):
            self.work()
        self.assertIn("Shirt-1", self.issues("content_left").message)
        variant.action_unarchive()
        self.work()
        self.assertFalse(self.issues("content_left"))

    def test_what_nobody_noted_is_found_overnight(self):
        """A category that moves below a mapped one."""
        parent, child = self.env["product.category"].create(
            [{"name": "Clothes"}, {"name": "Shirts"}]
        )
        self.shirt.categ_id = child
        self.env["channel.mapping"].create(
            {
                "channel_id": self.channel.id,
                "kind": "category",
                "external_code": "apparel",
                "category_ids": parent.ids,
            }
        )
        self.publish()
        self.pushes()
        child.parent_id = parent
        self.work()
        self.env["channel.channel"]._cron_daily()
        self.work()
        self.assertIn({"category"}, self.pushes())

    def test_what_was_sent_once_is_emptied_too(self):
        self.theirs(self.shirt.product_variant_ids[0], "theirs-1", "Shirt-1")
        tag = self.env["product.tag"].create({"name": "Summer"})
        self.publish()
        self.shirt.product_tag_ids = tag
        self.work()
        self.pushes()
        self.shirt.product_tag_ids = False
        self.work()
        self.assertEqual(self.pushes(), [{"tags"}])

    def test_sent_again_means_all_of_it(self):
        self.publish()
        self.pushes()
        self.row().action_send_again()
        self.work()
        (sent,) = self.pushes()
        self.assertEqual(sent, set(self.row()._masters()))

    def test_sending_again_waits_for_what_is_on_the_way(self):
        publish = self.env["channel.product.publish"].create(
            {"channel_id": self.channel.id, "product_tmpl_ids": self.shirt.ids}
        )
        publish.action_publish()
        self._step_content()
        self.row().action_send_again()
        self.assertEqual(self.row().state, "sent")
        self.work()
        self.assertEqual(self.row().state, "done")
        self.assertTrue(self.row().confirmed["text"])

    # --- nothing twice ----------------------------------------------------------------

    def test_variants_of_a_product_there_make_no_second_product(self):
        """One product there holds what are two products here."""
        mug = self.env["product.template"].create({"name": "Mug"})
        self.theirs(mug.product_variant_ids, "set", "M")
        self.theirs(self.make_product("P"), "set", "P")
        with self.assertIssue("content_invalid"):
            publish = self.publish(mug)
        self.assertIn("already", publish.line_ids.filtered("problem").problem)
        self.assertFalse(self.pushes())

    def test_a_preview_before_the_catalogue_was_read_makes_no_second_product(self):
        self.env["channel.product.publish"].create(
            {"channel_id": self.channel.id, "product_tmpl_ids": self.shirt.ids}
        ).action_preview()
        self.assertFalse(self.row().external_id)
        self.theirs(self.shirt.product_variant_ids[0], "theirs-1", "Shirt-1")
        self.publish()
        self.assertEqual(self.row().external_id, "theirs-1")
        self.assertEqual(set(self.market.catalogue.products), {"theirs-1"})

    def test_what_is_gone_there_is_not_sold_there(self):
        self.publish()
        self.market.catalogue.products.clear()
        self.shirt.name = "Gone"
        self.work()
        self.assertEqual(set(self.row().listing_ids.mapped("state")), {"gone"})

    # --- prices of what is made -------------------------------------------------------

    def test_nothing_is_given_away_by_being_published(self):
        self.shirt.list_price = 0
        with self.assertIssue("content_invalid"):
            publish = self.publish()
        self.assertIn("0.0", publish.line_ids.filtered("problem").problem)
        self.assertFalse(self.pushes())
        self.shirt.list_price = 20
        self.work()
        self.assertEqual(self.row().state, "done")
        self.assertFalse(self.issues("content_invalid"))

    def test_a_free_product_may_be_published_as_a_draft(self):
        self.shirt.list_price = 0
        self.channel.publish_status = "draft"
        self.publish()
        self.assertEqual(self.row().state, "done")

    def test_a_new_variant_costs_what_the_price_lane_would_ask(self):
        """In the shop's currency, with the tax that its prices hold."""
        self.env["channel.price.list"]._store(self.channel, [SHOP])
        self.company.currency_id = self.env.ref("base.EUR")
        self.shirt.taxes_id = self.env["account.tax"].create(
            {"name": "VAT", "amount": 20, "type_tax_use": "sale"}
        )
        self.shirt.list_price = 10
        self.publish()
        prices = {str(one.price.amount) for one in self.sent().variants}
        self.assertEqual(prices, {"12.00"})

    def test_goods_below_cost_are_not_made(self):
        self.env["channel.price.list"]._store(self.channel, [SHOP])
        self.company.currency_id = self.env.ref("base.EUR")
        self.shirt.list_price = 10
        self.shirt.product_variant_ids[0].standard_price = 11
        with self.assertIssue("content_invalid"):
            self.publish()
        self.channel.price_floor = 0
        self.row()._send_again()
        self.work()
        self.assertEqual(self.row().state, "done")

    def test_without_a_rate_nothing_is_made_one_to_one(self):
        gbp = self.env.ref("base.GBP")
        gbp.active = True
        gbp.rate_ids.unlink()
        SHOP_GBP = PriceList(
            external_id="",
            name="Shop",
            currency="GBP",
            kind=PriceListKind.BASE,
            tax_included=True,
        )
        self.env["channel.price.list"]._store(self.channel, [SHOP_GBP])
        with self.assertIssue("content_invalid"):
            self.publish()
        self.assertFalse(self.pushes())
        gbp.rate_ids = [
            fields.Command.create(
                {"name": "2020-01-01", "rate": 0.5, "company_id": self.company.id}
            )
        ]
        self.row()._send_again()
        self.work()
        self.assertEqual(self.sent().variants[0].price.amount, Decimal("0.50"))

    # --- translations -----------------------------------------------------------------

    def test_what_nobody_translated_is_no_translation(self):
        """Odoo shows another language then; it would be written over a translation
        that somebody else made there."""
        self.env["res.lang"]._activate_lang("fr_FR")
        lang = self.env["res.lang"]._lang_get("fr_FR")
        self.env["channel.mapping"].create(
            {
                "channel_id": self.channel.id,
                "kind": "language",
                "external_code": "fr",
                "lang_id": lang.id,
            }
        )
        self.publish()
        self.assertFalse(self.there().translations)
        self.shirt.with_context(lang="fr_FR").description_sale = "Doux"
        self.work()
        (translation,) = self.there().translations
        self.assertEqual(translation.field, "description")


@tagged("post_install", "-at_install")
class TestLostWebhook(ReconcileCase, ContentCase):
    def test_a_change_there_is_found_overnight(self):
        """Nobody told of it; the nightly catalogue shows another title."""
        offer = self.market.offer("Shirt-1", product="theirs-1")
        variant = self.shirt.product_variant_ids[0]
        listing = self.make_listing(self.channel, offer, variant)
        listing.external_product_id = "theirs-1"
        products = self.market.catalogue.products
        products["theirs-1"] = ProductContent(key="?", title="Old", groups=())
        self.publish()
        products["theirs-1"] = replace(products["theirs-1"], title="Theirs")
        offers = self.market.listings
        offers[offer.external_id] = replace(offer, title="Theirs")
        self.reconcile("listings")
        self.assertIn("Title", self.issues("content_drift").message)
        self.assertEqual(
            products["theirs-1"].title, "Theirs", "nothing is sent over it"
        )
