from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.channel_base.tests.common import ChannelCase

from .common import SimulatedShop

VAT = [{"title": "Nothing", "rate": "0"}]


@tagged("-at_install", "post_install")
class TestShop(SimulatedShop, ChannelCase):
    """A shop over HTTP: from the credentials to a shipped order."""

    def connected(self, **values):
        channel = self.shopify_channel(**values)
        channel.action_connect()
        return channel

    def test_connecting_sets_everything_up(self):
        channel = self.connected()
        self.assertEqual(channel.state, "connected")
        self.assertEqual(channel.account, "odoo.myshopify.com")
        self.assertEqual(channel.location_ids.mapped("name"), ["Main"])
        self.assertTrue(channel.location_ids.feed_ids)
        address = f"/channel/{channel.id}/webhook"
        uris = {hook["uri"] for hook in self.look()["webhooks"]}
        self.assertTrue(any(uri.endswith(address) for uri in uris), uris)
        self.assertFalse(self.issues().filtered(lambda i: i.channel_id == channel))

    def test_a_wrong_secret_is_told_to_whoever_connects(self):
        channel = self.shopify_channel(shopify_client_secret="wrong")
        with self.assertRaisesRegex(UserError, "credentials"):
            channel.action_connect()
        self.assertEqual(channel.run_state, "draft")

    def test_a_wrong_secret_is_not_covered_by_a_token_that_is_stored(self):
        channel = self.connected()
        channel.shopify_client_secret = "wrong"
        with self.assertRaisesRegex(UserError, "client secret"):
            channel.action_connect()

    def test_a_refused_access_token_is_told_to_whoever_connects(self):
        channel = self.shopify_channel(
            shopify_auth="static", shopify_access_token="shpat_revoked"
        )
        with self.assertRaisesRegex(UserError, "access token"):
            channel.action_connect()

    def test_webhooks_that_could_not_be_proved_become_an_issue(self):
        self.control("shops", name="static", app={"static_token": "shpat_static"})
        channel = self.connected(
            account="static",
            base_url=f"{self.simulator}/shops/static",
            shopify_auth="static",
            shopify_access_token=" shpat_static ",  # as it was copied
            shopify_client_secret=False,
        )
        issue = self.issues("config").filtered(lambda i: i.channel_id == channel)
        self.assertIn("client secret", issue.message)
        channel.shopify_client_secret = "secret-static"
        channel._job_check_connection()
        self.assertNotEqual(issue.state, "open")

    def test_a_foreign_domain_is_told_to_whoever_connects(self):
        channel = self.shopify_channel(account="shop.example.com")
        with self.assertRaisesRegex(UserError, "name.myshopify.com"):
            channel.action_connect()

    def test_a_shop_that_does_not_answer(self):
        channel = self.shopify_channel(base_url="http://127.0.0.1:9")
        with self.assertRaisesRegex(UserError, "does not answer"):
            channel.action_connect()

    def test_missing_scopes_become_an_issue_until_they_are_granted(self):
        scopes = self.shop["app"]["scopes"]
        fewer = " ".join(s for s in scopes if s != "write_inventory")
        self.control("shops/odoo/scopes", scopes=fewer)
        channel = self.connected()
        issue = self.issues("config").filtered(lambda i: i.channel_id == channel)
        self.assertIn("write_inventory", issue.message)
        self.control("shops/odoo/scopes", scopes=" ".join(scopes))
        channel._job_check_connection()
        self.assertNotEqual(issue.state, "open")

    def test_from_catalogue_to_a_confirmed_order(self):
        channel = self.connected()
        product = self.make_product("SIM-00001", quantity=20)
        channel._job_import_catalogue()
        listings = self.env["channel.listing"].search([("channel_id", "=", channel.id)])
        self.assertEqual(len(listings), 3)
        linked = listings.filtered(lambda one: one.sku == "SIM-00001")
        self.assertEqual(linked.product_id, product)
        (placed,) = self.control(
            "shops/odoo/orders",
            lines=[
                {"variant": "SIM-00001", "quantity": 2, "price": "10", "taxes": VAT}
            ],
            customer={"email": "a@x.example", "first_name": "A", "last_name": "B"},
            currency=self.env.company.currency_id.name,
        )["orders"]
        self.poll(channel)
        order = self.order_named(channel, placed["name"])
        self.assertEqual(order.state, "imported", self.issues().mapped("message"))
        self.assertEqual(order.sale_order_id.state, "sale")
        self.assertEqual(order.sale_order_id.amount_total, 20)
        level = self.look("/stock")["stock"]["SIM-00001"]["Main"]
        self.assertEqual(level["available"], 18)
        self.assertEqual(level["committed"], 2)

    def test_a_delivery_is_told_to_the_shop(self):
        channel = self.connected()
        self.make_product("SIM-00002", quantity=5)
        channel._job_import_catalogue()
        (placed,) = self.control(
            "shops/odoo/orders",
            lines=[
                {"variant": "SIM-00002", "quantity": 2, "price": "10", "taxes": VAT}
            ],
            currency=self.env.company.currency_id.name,
        )["orders"]
        self.poll(channel)
        order = self.order_named(channel, placed["name"])
        delivery = order.sale_order_id.picking_ids
        delivery.carrier_tracking_ref = "T-1"
        delivery.move_ids.picked = True
        delivery.button_validate()
        self.env.cr.flush()  # as the commit would do
        self.run_jobs()
        shown = self.look("/orders")["orders"][placed["name"]]
        self.assertEqual(
            shown["fulfilment"], "FULFILLED", self.issues().mapped("message")
        )

    def order_named(self, channel, name):
        domain = [("channel_id", "=", channel.id), ("name", "=", name)]
        return self.env["channel.order"].search(domain)
