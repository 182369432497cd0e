import base64
from dataclasses import replace
from io import BytesIO

from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..adapter import codec
from ..adapter.content import ProductContent
from .common import ChannelCase


class ContentCase(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.catalogue_flow = "on"
        cls.shirt = cls.make_shirt()

    @classmethod
    def make_shirt(cls, name="Shirt", sizes=("S", "M")):
        size = cls.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [fields.Command.create({"name": one}) for one in sizes],
            }
        )
        shirt = cls.env["product.template"].create(
            {
                "name": name,
                "is_storable": True,
                "taxes_id": False,
                "description_sale": "Soft & warm\nCotton",
                "weight": 0.25,
                "attribute_line_ids": [
                    fields.Command.create(
                        {"attribute_id": size.id, "value_ids": size.value_ids.ids}
                    )
                ],
            }
        )
        for number, variant in enumerate(shirt.product_variant_ids, 1):
            variant.default_code = f"{name}-{number}"
        return shirt

    def publish(self, templates=None, channel=None):
        """A person looks at the preview and publishes; all work is done."""
        publish = self.env["channel.product.publish"].create(
            {
                "channel_id": (channel or self.channel).id,
                "product_tmpl_ids": [(6, 0, (templates or self.shirt).ids)],
            }
        )
        publish.action_preview()
        publish.action_publish()
        self.work()
        return publish

    def work(self):
        self.env.cr.flush()  # as the commit would do
        self.run_jobs()

    def row(self, template=None):
        domain = [("product_tmpl_id", "=", (template or self.shirt).id)]
        return self.env["channel.product"].search(domain)

    def pushes(self):
        """Groups of each product that was sent, call by call, and forgets them."""
        catalogue = self.market.catalogue
        sent, catalogue.pushes = catalogue.pushes, []
        return [set(groups) for _key, groups in sent]

    def there(self, template=None):
        """What the channel shows of a product."""
        return self.market.catalogue.products[self.row(template).external_id]


@tagged("post_install", "-at_install")
class TestContent(ContentCase):
    def test_nothing_is_sent_before_a_person_publishes(self):
        self.shirt.name = "Another"
        self.work()
        self.assertFalse(self.pushes())
        publish = self.env["channel.product.publish"].create(
            {"channel_id": self.channel.id, "product_tmpl_ids": self.shirt.ids}
        )
        publish.action_preview()
        self.work()
        self.assertFalse(self.pushes())
        self.assertEqual(self.row().state, "draft")
        texts = {line.group: line.text for line in publish.line_ids}
        self.assertIn("Another", texts["text"])
        self.assertIn("Size: S, M", texts["variants"])
        self.assertIn("new", publish.line_ids.mapped("change"))

    def test_a_published_product_has_its_variants_as_listings(self):
        self.publish()
        row = self.row()
        self.assertEqual(row.state, "done")
        self.assertEqual(len(self.pushes()), 1)
        self.assertEqual(row.listing_ids.product_id, self.shirt.product_variant_ids)
        self.assertEqual(set(row.listing_ids.mapped("sku")), {"Shirt-1", "Shirt-2"})
        shown = self.there()
        self.assertEqual(shown.title, "Shirt")
        self.assertEqual([one.values for one in shown.variants], [("S",), ("M",)])
        self.assertIn("Soft &amp; warm<br/>Cotton", shown.description)

    def test_only_what_changed_is_sent(self):
        self.publish()
        self.pushes()
        self.shirt.name = "Better shirt"
        self.work()
        self.assertEqual(self.pushes(), [{"text"}])
        self.shirt.product_variant_ids[0].barcode = "4006381333931"
        self.work()
        self.assertEqual(self.pushes(), [{"identifiers"}])
        self.shirt.weight = 0.3
        self.shirt.product_variant_ids.weight = 0.3
        self.work()
        self.assertEqual(self.pushes(), [{"logistics"}])
        self.shirt.description_purchase = "not shown"
        self.work()
        self.assertFalse(self.pushes())

    def test_what_others_decide_about_is_never_sent(self):
        self.channel.master_text = "none"
        self.channel.master_tags = "channel"
        self.publish()
        (sent,) = self.pushes()
        self.assertIn("text", sent)  # a product without a title there is none
        self.assertIn("tags", sent)
        self.shirt.write({"name": "Mine", "product_tag_ids": [(0, 0, {"name": "T"})]})
        self.work()
        self.assertFalse(self.pushes())
        self.channel.master_text = "odoo"
        self.work()
        self.assertEqual(self.pushes(), [{"text"}])

    def test_a_listing_group_decides_otherwise(self):
        self.publish()
        self.pushes()
        group = self.env["channel.listing.group"].create(
            {
                "name": "Texts there",
                "channel_id": self.channel.id,
                "master_text": "channel",
            }
        )
        self.row().listing_group_id = group
        self.shirt.name = "Not told"
        self.work()
        self.assertFalse(self.pushes())
        group.master_text = False
        self.work()
        self.assertEqual(self.pushes(), [{"text"}])

    def test_pitfall_27_tidied_html_makes_no_loop(self):
        """What the channel makes of a text differs from what was sent, for ever."""
        self.publish()
        self.pushes()
        self.assertNotIn("<p>Soft", self.there().description)
        for _round in range(3):
            self.echo()
        self.assertFalse(self.pushes())
        self.assertFalse(self.issues("content_drift"))

    def echo(self):
        """The channel says that the product changed; what it shows is read."""
        catalogue = self.env["channel.catalogue.import"]
        adapter = self.channel._adapter()
        catalogue._refresh(self.channel, adapter, (self.row().external_id,))
        self.row().listing_ids.write({"state": "active"})  # not read by this market
        self.work()

    def test_a_change_there_is_told_and_sent_over_only_by_a_person(self):
        self.publish()
        self.pushes()
        product_id = self.row().external_id
        products = self.market.catalogue.products
        products[product_id] = replace(products[product_id], title="Theirs")
        self.echo()
        self.assertFalse(self.pushes())
        issue = self.issues("content_drift")
        self.assertIn("Title", issue.message)
        issue.action_resolve()
        self.work()
        self.assertEqual(self.pushes(), [{"text"}])
        self.assertEqual(self.there().title, "Shirt")

    def test_pitfall_16_variants_are_never_destroyed_by_an_echo(self):
        """What a channel reads back changes no attribute of a product here."""
        self.publish()
        variants = self.shirt.product_variant_ids
        lines = self.shirt.attribute_line_ids
        self.echo()
        self.assertEqual(self.shirt.product_variant_ids, variants)
        self.assertEqual(self.shirt.attribute_line_ids, lines)
        self.assertTrue(all(variants.mapped("active")))

    def test_a_refused_product_stops_no_other(self):
        mug = self.env["product.template"].create({"name": "Mug"})
        self.publish()
        self.pushes()
        self.market.catalogue.refused[self.row().key] = "The title is too long."
        self.shirt.name = "x" * 300
        with self.assertIssue("content_rejected"):
            self.publish(mug)
        self.assertEqual(self.row().state, "error")
        self.assertIn("too long", self.row().error)
        self.assertEqual(self.row(mug).state, "done")
        self.market.catalogue.refused.clear()
        self.issues("content_rejected").action_resolve()
        self.work()
        self.assertEqual(self.row().state, "done")
        self.assertFalse(self.row().error)

    def test_what_the_channel_cannot_take_is_told_before_it_is_sent(self):
        for name in ("Colour", "Fit"):
            attribute = self.env["product.attribute"].create(
                {"name": name, "value_ids": [(0, 0, {"name": v}) for v in "ab"]}
            )
            self.shirt.attribute_line_ids = [
                fields.Command.create(
                    {
                        "attribute_id": attribute.id,
                        "value_ids": attribute.value_ids.ids,
                    }
                )
            ]
        with self.assertIssue("content_invalid"):
            publish = self.publish()
        self.assertIn("2 options", publish.line_ids.filtered("problem").problem)
        self.assertFalse(self.pushes())
        self.assertEqual(self.row().state, "error")
        self.shirt.attribute_line_ids[-1:].unlink()
        self.work()
        self.assertEqual(self.row().state, "done")
        self.assertFalse(self.issues("content_invalid"))

    def test_attributes_that_make_no_variants_are_no_options(self):
        engraving = self.env["product.attribute"].create(
            {
                "name": "Engraving",
                "create_variant": "no_variant",
                "value_ids": [(0, 0, {"name": v}) for v in ("yes", "no")],
            }
        )
        self.shirt.attribute_line_ids = [
            fields.Command.create(
                {"attribute_id": engraving.id, "value_ids": engraving.value_ids.ids}
            )
        ]
        self.publish()
        self.assertEqual([o.name for o in self.there().options], ["Size"])
        self.assertEqual(len(self.there().variants), 2)

    def test_dynamic_variants_are_those_that_exist(self):
        cut = self.env["product.attribute"].create(
            {
                "name": "Cut",
                "create_variant": "dynamic",
                "value_ids": [(0, 0, {"name": v}) for v in ("slim", "wide")],
            }
        )
        coat = self.env["product.template"].create(
            {
                "name": "Coat",
                "attribute_line_ids": [
                    fields.Command.create(
                        {"attribute_id": cut.id, "value_ids": cut.value_ids.ids}
                    )
                ],
            }
        )
        values = coat.attribute_line_ids.product_template_value_ids
        coat._create_product_variant(values[0])
        self.publish(coat)
        self.assertEqual([v.values for v in self.there(coat).variants], [("slim",)])
        coat._create_product_variant(values[1])
        self.work()
        self.assertEqual(len(self.there(coat).variants), 2)

    def test_images_are_told_by_their_bytes(self):
        self.shirt.image_1920 = self.picture("red")
        self.publish()
        self.pushes()
        (image,) = self.there().images
        self.assertEqual(image.mime, "image/png")
        self.shirt.image_1920 = self.picture("red")  # the same again
        self.work()
        self.assertFalse(self.pushes())
        self.shirt.product_variant_ids[0].image_variant_1920 = self.picture("blue")
        self.work()
        self.assertEqual(self.pushes(), [{"images"}])
        shown = self.there()
        self.assertEqual(len(shown.images), 2)
        self.assertEqual(shown.variants[0].image, shown.images[1].key)
        media = self.env["channel.media"].search([])
        self.assertEqual(set(media.mapped("key")), {i.key for i in shown.images})
        self.assertEqual(shown.images[0].external_id, f"file-{image.key}")

    def picture(self, colour):
        stream = BytesIO()
        Image.new("RGB", (8, 8), colour).save(stream, "PNG")
        return base64.b64encode(stream.getvalue())

    def test_categories_tags_and_collections_follow_their_mappings(self):
        parent = self.env["product.category"].create({"name": "Clothes"})
        child = self.env["product.category"].create(
            {"name": "Shirts", "parent_id": parent.id}
        )
        tag = self.env["product.tag"].create({"name": "Summer"})
        self.shirt.write({"categ_id": child.id, "product_tag_ids": tag.ids})
        mapping = {"channel_id": self.channel.id}
        self.env["channel.mapping"].create(
            [
                mapping
                | {
                    "kind": "category",
                    "external_code": "apparel",
                    "category_ids": parent.ids,
                },
                mapping
                | {
                    "kind": "collection",
                    "external_code": "hot",
                    "product_tag_ids": tag.ids,
                },
            ]
        )
        self.publish()
        shown = self.there()
        self.assertEqual(
            (shown.category, shown.collections, shown.tags),
            ("apparel", ("hot",), ("Summer",)),
        )
        self.pushes()
        self.shirt.product_tag_ids = False
        self.work()
        self.assertEqual(self.pushes(), [{"tags", "category"}])
        self.assertFalse(self.there().collections)

    def test_the_marketplace_suggests_categories(self):
        category = self.env["product.category"].create({"name": "Shirts"})
        search = self.env["channel.category.search"].create(
            {"channel_id": self.channel.id, "category_id": category.id}
        )
        search.action_search()
        search.line_ids[0].action_choose()
        mapping = self.env["channel.mapping"].search([("kind", "=", "category")])
        self.assertEqual(mapping.external_code, "cat-Shirts")
        self.assertEqual(mapping.category_ids, category)

    def test_mapped_fields_are_sent_under_their_names(self):
        field = self.env["ir.model.fields"]._get("product.template", "description_sale")
        self.env["channel.field.mapping"].create(
            {
                "channel_id": self.channel.id,
                "field_id": field.id,
                "namespace": "specs",
                "key": "material",
                "type": "multiline",
            }
        )
        self.publish()
        (attribute,) = self.there().attributes
        self.assertEqual(attribute.value, "Soft & warm\nCotton")
        self.pushes()
        self.shirt.description_sale = False
        self.work()
        self.assertEqual(self.pushes(), [{"text", "attributes"}])
        self.assertFalse(self.there().attributes)
        self.assertIn(("specs", "material", "product"), self.there().managed_attributes)

    def test_a_field_is_not_sent_as_what_it_is_not(self):
        field = self.env["ir.model.fields"]._get("product.template", "name")
        with self.assertRaisesRegex(ValidationError, "another type"):
            self.env["channel.field.mapping"].create(
                {
                    "channel_id": self.channel.id,
                    "field_id": field.id,
                    "key": "name",
                    "type": "boolean",
                }
            )

    def test_translations_follow_their_languages(self):
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
        self.shirt.with_context(lang="fr_FR").name = "Chemise"
        self.publish()
        titles = [t for t in self.there().translations if t.field == "title"]
        self.assertEqual([(t.language, t.value) for t in titles], [("fr", "Chemise")])
        self.pushes()
        self.shirt.update_field_translations("name", {"fr_FR": "Tunique"})
        self.work()
        self.assertEqual(self.pushes(), [{"translations"}])

    def test_taking_down_archives_it_there(self):
        self.publish()
        self.pushes()
        self.row().action_withdraw()
        self.work()
        self.assertEqual(self.pushes(), [{"status"}])
        self.assertEqual(self.there().status.value, "archived")
        self.publish()
        self.assertEqual(self.there().status.value, "active")
        self.shirt.active = False
        self.work()
        self.assertEqual(self.there().status.value, "archived")

    def test_what_others_decide_about_is_not_taken_down(self):
        self.channel.master_status = "channel"
        self.publish()
        with self.assertRaisesRegex(UserError, "does not decide"):
            self.row().action_withdraw()

    def test_a_product_that_is_there_already_is_changed_not_doubled(self):
        offer = self.market.offer("Shirt-1", product="theirs-1")
        self.make_listing(
            self.channel, offer, self.shirt.product_variant_ids[0]
        ).external_product_id = "theirs-1"
        self.market.catalogue.products["theirs-1"] = ProductContent(
            key="?", title="Old", groups=()
        )
        publish = self.publish()
        self.assertEqual(self.row().external_id, "theirs-1")
        self.assertEqual(set(self.market.catalogue.products), {"theirs-1"})
        self.assertTrue(publish.line_ids)
        batch = self.env["channel.push.batch"].search([("kind", "=", "product")])
        (item,) = batch.item_ids
        content = codec.loads(ProductContent, item.payload)
        self.assertEqual(content.variants[0].external_id, offer.external_id)
        self.assertFalse(content.variants[1].external_id)

    def test_a_lost_answer_makes_no_second_product(self):
        self.publish()
        self.pushes()
        batch = self.env["channel.push.batch"].search([("kind", "=", "product")])
        batch.write({"state": "pending", "folded": False})
        batch.item_ids.status = "open"
        self.row().write({"state": "sent", "external_id": False, "confirmed": {}})
        self.work()
        self.assertEqual(len(self.market.catalogue.products), 1)
        self.assertEqual(self.row().state, "done")
        self.assertEqual(len(self.row().listing_ids), 2)

    def test_a_change_while_it_is_sent_follows(self):
        publish = self.env["channel.product.publish"].create(
            {"channel_id": self.channel.id, "product_tmpl_ids": self.shirt.ids}
        )
        publish.action_preview()
        publish.action_publish()
        self._step_content()
        self.assertEqual(self.row().state, "sent")
        self.shirt.name = "Changed meanwhile"
        self.work()
        self.assertEqual(self.there().title, "Changed meanwhile")
        self.assertEqual(len(self.pushes()), 2)

    def test_a_product_that_was_deleted_there_waits_for_a_person(self):
        self.publish()
        self.market.catalogue.products.clear()
        self.shirt.name = "Gone"
        with self.assertIssue("content_rejected"):
            self.work()
        self.assertEqual(self.row().state, "gone")
        self.shirt.name = "Still gone"
        self.work()
        self.assertFalse(self.market.catalogue.products)
        self.publish()
        self.assertEqual(self.there().title, "Still gone")

    def test_in_shadow_it_is_computed_and_never_sent(self):
        self.channel.catalogue_flow = "shadow"
        self.publish()
        self.assertFalse(self.pushes())
        self.assertIn("Title", self.row().pending_names)
        self.channel.catalogue_flow = "on"
        self.work()
        self.assertEqual(len(self.pushes()), 1)

    def test_stock_follows_to_a_new_listing(self):
        self.set_stock(self.shirt.product_variant_ids[0], 7)
        self.publish()
        self.work()
        listing = self.row().listing_ids.filtered(lambda one: one.sku == "Shirt-1")
        self.assertEqual(listing.level_ids.target, 7)
        self.assertEqual(self.there().locations, ("main",))

    def test_codes_are_taken_over_when_it_connects(self):
        self.channel._job_check_connection()
        mapping = self.env["channel.mapping"].search([("kind", "=", "publication")])
        self.assertEqual(mapping.external_code, "shop")
        self.assertFalse(mapping.publish)
        self.publish()
        self.assertFalse(self.there().managed_publications, "left as it is there")
        self.pushes()
        mapping.publish = "show"
        self.channel._job_check_connection()
        self.assertTrue(mapping.publish)
        self.work()
        self.assertEqual(self.pushes(), [{"status"}])
        self.assertEqual(self.there().publications, ("shop",))
        mapping.publish = "hide"
        self.work()
        self.assertEqual(self.pushes(), [{"status"}])
        self.assertFalse(self.there().publications)
        self.assertEqual(self.there().managed_publications, ("shop",))

    def test_off_asks_for_nothing(self):
        self.channel.catalogue_flow = "off"
        self.channel._job_check_connection()
        self.assertFalse(self.market.calls["prepare_catalogue"])
        with self.assertRaisesRegex(UserError, "flow"):
            self.publish()

    def test_only_operators_publish(self):
        reader = new_test_user(
            self.env, "content_reader", groups="channel_base.group_user"
        )
        with self.assertRaises(AccessError):
            self.env["channel.product.publish"].with_user(reader).create(
                {"product_tmpl_ids": self.shirt.ids}
            )
        operator = new_test_user(
            self.env,
            "content_operator",
            groups="channel_base.group_operator,product.group_product_manager",
        )
        publish = (
            self.env["channel.product.publish"]
            .with_user(operator)
            .create({"channel_id": self.channel.id, "product_tmpl_ids": self.shirt.ids})
        )
        publish.action_preview()
        publish.action_publish()
        self.work()
        self.assertEqual(self.row().state, "done")

    def test_many_products_take_a_query_per_batch(self):
        few, many = self.products(4, "few"), self.products(24, "many")
        costs = []
        for templates in (few, many):
            rows = self.env["channel.product"].create(
                [
                    {"channel_id": self.channel.id, "product_tmpl_id": one.id}
                    for one in templates
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            build = self.env["channel.content.build"]
            before = self.env.cr.sql_log_count
            self.assertEqual(len(build._build(self.channel, rows)), len(templates))
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0])

    def products(self, number, name):
        return self.env["product.template"].create(
            [{"name": f"{name} {n}"} for n in range(number)]
        )
