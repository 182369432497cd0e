from odoo.tests import tagged

from odoo.addons.channel_base.tests.common import ChannelCase

from .common import SimulatedShop


@tagged("-at_install", "post_install")
class TestShopPrices(SimulatedShop, ChannelCase):
    """Prices of a shop over HTTP: base prices, a market's list, changes there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = cls.control(
            "shops/odoo/price_lists", name="Business", catalog="CompanyLocationCatalog"
        )
        cls.listed = made["id"]

    def setUp(self):
        super().setUp()
        self.company.currency_id = self.env.ref("base.EUR")
        self.product = self.make_product("SIM-00001", price=19.9)
        self.channel = self.shopify_channel(price_flow="on")
        self.channel.action_connect()
        self.channel._job_import_catalogue()
        self.push()

    def push(self):
        self.env.cr.flush()
        self.run_jobs(("prices", "send"))

    def asked(self, price_list=""):
        return self.look("/prices")["prices"]["SIM-00001"].get(price_list)

    def test_price_lists_come_with_the_connection(self):
        base, business = self.channel.price_list_ids.sorted("kind")
        self.assertEqual((base.kind, base.tax_there), ("base", "included"))
        self.assertEqual((business.kind, business.currency_id.name), ("company", "EUR"))

    def test_prices_arrive_and_are_set_right_again(self):
        self.product.list_price = 24
        business = self.channel.price_list_ids.filtered("external_id")
        business.pricelist_id = self.env["product.pricelist"].create(
            {
                "name": "Business",
                "currency_id": business.currency_id.id,
                "item_ids": [
                    (0, 0, {"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        self.push()
        self.assertEqual(self.asked(), ["24.00", None])
        self.assertEqual(self.asked(self.listed), ["21.60", None])
        self.control("shops/odoo/prices", sku="SIM-00001", price="1.00")
        self.channel._job_check_prices()
        self.push()
        self.assertEqual(self.asked(), ["24.00", None])
        self.product.list_price = 19.9  # as the other tests find it
        self.push()

    def test_what_is_asked_already_is_not_sent(self):
        self.assertFalse(
            self.env["channel.push.batch"].search(
                [("channel_id", "=", self.channel.id), ("kind", "=", "price")]
            )
        )
