import base64
from io import BytesIO

import requests
from PIL import Image

from odoo.tests import tagged

from odoo.addons.channel_base.tests.common import ChannelCase

from .common import SimulatedShop


@tagged("-at_install", "post_install")
class TestProducts(SimulatedShop, ChannelCase):
    """A product from the form in Odoo to the shop, over HTTP, and its echo back."""

    def setUp(self):
        super().setUp()
        self.shopify = self.shopify_channel(catalogue_flow="on")
        self.shopify.action_connect()
        eur = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", "EUR")])
        )
        eur.active = True
        self.shopify.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Shop", "currency_id": eur.id}
        )
        stream = BytesIO()
        Image.new("RGB", (8, 8), "red").save(stream, "PNG")
        self.mug = self.env["product.template"].create(
            {
                "name": "Mug",
                "default_code": "MUG",
                "description_sale": "Holds tea\nand coffee",
                "is_storable": True,
                "image_1920": base64.b64encode(stream.getvalue()),
            }
        )

    def publish(self):
        publish = self.env["channel.product.publish"].create(
            {"channel_id": self.shopify.id, "product_tmpl_ids": self.mug.ids}
        )
        publish.action_preview()
        publish.action_publish()
        self.work()

    def work(self):
        self.env.cr.flush()  # as the commit would do
        self.run_jobs()

    @property
    def row(self):
        return self.env["channel.product"].search(
            [("product_tmpl_id", "=", self.mug.id)]
        )

    def writes(self):
        """How often products have been written."""
        answer = requests.get(f"{self.simulator}/_sim/log", timeout=20)
        return answer.json()["counts"].get("productSet", 0)

    def test_a_product_goes_out_and_its_echo_changes_nothing(self):
        """Pitfall 27 with a shop that tidies up the HTML it is sent."""
        self.publish()
        self.assertEqual(self.row.state, "done", self.issues().mapped("message"))
        self.assertEqual(self.row.listing_ids.product_id, self.mug.product_variant_ids)
        self.assertTrue(self.row.listing_ids.stock_key)
        self.assertTrue(
            self.env["channel.media"].search([("channel_id", "=", self.shopify.id)])
        )
        written = self.writes()
        for _round in range(3):
            self.env["channel.catalogue.import"]._refresh(
                self.shopify, self.shopify._adapter(), (self.row.external_id,)
            )
            self.work()
        self.assertEqual(self.writes(), written)
        self.assertFalse(self.issues("content_drift"))
        self.mug.name = "Better mug"
        self.work()
        self.assertEqual(self.writes(), written + 1)
        self.assertEqual(self.row.state, "done")
        self.assertEqual(self.row.listing_ids.product_id, self.mug.product_variant_ids)

    def test_codes_of_the_shop_are_there_to_be_chosen(self):
        kinds = self.env["channel.mapping"].search(
            [("channel_id", "=", self.shopify.id)]
        )
        names = kinds.filtered(lambda one: one.kind == "publication").mapped(
            "external_name"
        )
        self.assertEqual(set(names), {"Online Store", "Point of Sale"})
        self.assertIn("language", kinds.mapped("kind"))
