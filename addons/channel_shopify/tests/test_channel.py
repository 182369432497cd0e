from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.channel_base.adapter.errors import SignatureError
from odoo.addons.channel_base.adapter.webhook import WebhookRequest, sign
from odoo.addons.channel_base.tests.common import ChannelCase

from ..adapter.shopify import ShopifyAdapter

SECRETS = ("shopify_client_secret", "shopify_access_token")


@tagged("-at_install", "post_install")
class TestShopifyChannel(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["channel.channel"].create(
            {
                "name": "Shop",
                "provider": "shopify",
                "account": "My-Shop",
                "currency_mode": "shop",
                "shopify_client_id": "the-id",
                "shopify_client_secret": "the-secret",
            }
        )

    def test_it_is_served_by_its_adapter(self):
        adapter = self.shop._adapter()
        self.assertIsInstance(adapter, ShopifyAdapter)
        self.assertEqual(adapter.client.base_url, "https://my-shop.myshopify.com")
        self.assertEqual(adapter.client.version, "2026-10")

    def test_the_door_reads_the_channel_once(self):
        channels = self.env["channel.channel"]
        self.env.flush_all()
        self.env.invalidate_all()
        channel = channels._at_the_door(self.shop.id)
        with self.assertQueryCount(1):  # the secrets
            channel._adapter_settings()

    def test_other_providers_are_left_alone(self):
        self.assertNotIsInstance(self.channel._adapter(), ShopifyAdapter)
        self.assertNotIn("auth", self.channel._adapter_settings().options)

    def test_the_adapter_is_told_what_it_needs(self):
        self.shop.import_from = "2026-11-01 12:00:00"
        settings = self.shop._adapter_settings()
        self.assertEqual(
            settings.options,
            {
                "auth": "client_credentials",
                "catalogue": "off",
                "client_id": "the-id",
                "currency_mode": "shop",
                "customer_import": "off",
                "orders_from": "2026-11-01T12:00:00+00:00",
            },
        )
        self.assertEqual(settings.secrets, {"client_secret": "the-secret"})

    def test_credentials_are_written_and_never_read(self):
        self.shop.shopify_access_token = "shpat_x"
        self.assertEqual(self.shop._secret("access_token"), "shpat_x")
        self.assertEqual(self.shop.read(SECRETS)[0]["shopify_client_secret"], False)
        self.assertEqual(self.shop.shopify_access_token, False)
        self.assertEqual(self.shop.secret_names, "access_token, client_secret")

    def test_an_empty_field_keeps_what_is_stored(self):
        self.shop.write({"shopify_client_secret": False, "name": "Renamed"})
        self.assertEqual(self.shop._secret("client_secret"), "the-secret")

    def test_a_copy_has_no_credentials(self):
        self.assertFalse(self.shop.copy()._adapter_settings().secrets)

    def test_operators_do_not_touch_credentials(self):
        operator = new_test_user(
            self.env, "operator", "base.group_user,channel_base.group_operator"
        )
        mine = self.shop.with_user(operator)
        with self.assertRaises(AccessError):
            mine.read(SECRETS)
        with self.assertRaises(AccessError):
            mine.action_shopify_forget_secret()

    def ring(self, secret):
        body = b'{"id": 4711}'
        headers = {
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Hmac-Sha256": sign(secret, body),
            "X-Shopify-Shop-Domain": "my-shop.myshopify.com",
        }
        request = WebhookRequest.build(headers.items(), body)
        return self.shop._adapter().webhook_event(request)

    def test_the_secret_before_is_accepted_until_it_is_forgotten(self):
        self.shop.shopify_client_secret = "a-new-secret"
        self.assertEqual(self.ring("a-new-secret").external_id, "4711")
        self.assertEqual(self.ring("the-secret").external_id, "4711")
        self.shop.action_shopify_forget_secret()
        self.assertEqual(self.ring("a-new-secret").external_id, "4711")
        with self.assertRaises(SignatureError):
            self.ring("the-secret")

    def test_entering_the_same_secret_again_forgets_none(self):
        self.shop.shopify_client_secret = "a-new-secret"
        self.shop.shopify_client_secret = "a-new-secret"
        self.assertEqual(self.ring("the-secret").external_id, "4711")
