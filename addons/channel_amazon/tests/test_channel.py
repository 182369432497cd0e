from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from odoo.addons.channel_base.tests.common import FakeProvider

from ..adapter.amazon import AmazonAdapter
from .account import SELLER
from .common import AmazonCase

SECRETS = ("amazon_client_secret", "amazon_refresh_token")


@tagged("-at_install", "post_install")
class TestAmazonChannel(AmazonCase):
    def setUp(self):
        super().setUp()
        self.channel = self.amazon_channel()

    def test_it_is_served_by_its_adapter(self):
        adapter = self.channel._adapter()
        self.assertIsInstance(adapter, AmazonAdapter)
        self.assertIn("markets", self.channel.capability_names)
        self.assertEqual(adapter.settings.options["region"], "eu")

    def test_the_real_hosts_are_those_of_the_region(self):
        self.channel.write({"base_url": False, "amazon_region": "na"})
        client = self.channel._adapter()._client
        self.assertEqual(client._origin, "https://sellingpartnerapi-na.amazon.com")

    def test_other_providers_are_left_alone(self):
        fake = self.env["channel.channel"].search([("provider", "=", "fake")], limit=1)
        self.assertNotIn("region", fake._adapter_settings().options)

    def test_secrets_are_never_shown(self):
        for name in SECRETS:
            self.assertFalse(self.channel[name])
        self.assertIn("client_secret", self.channel.secret_names)
        user = new_test_user(
            self.env, "amazon_user", groups="channel_base.group_operator"
        )
        with self.assertRaises(AccessError):
            self.channel.with_user(user).read(["amazon_client_secret"])

    def test_the_form_asks_for_what_is_needed(self):
        with Form(self.env["channel.channel"]) as form:
            form.name = "Another"
            form.provider = "amazon"
            form.amazon_region = "fe"
            form.amazon_client_id = "client"
            form.amazon_client_secret = " secret "
        channel = form.record
        self.assertEqual(channel._secret("client_secret"), "secret")
        self.assertEqual(channel.amazon_secret_set_on, fields.Date.today())

    # --- the secret's end -------------------------------------------------------------

    def test_the_secrets_age_is_kept_until_another_one_is_entered(self):
        old = fields.Date.today() - timedelta(days=100)
        self.channel.amazon_secret_set_on = old
        self.channel.amazon_client_secret = "amzn1.secret.zzz"  # the same
        self.assertEqual(self.channel.amazon_secret_set_on, old)
        self.channel.amazon_refresh_token = "Atzr|another"
        self.assertEqual(self.channel.amazon_secret_set_on, old)
        self.channel.amazon_client_secret = "another"
        self.assertEqual(self.channel.amazon_secret_set_on, fields.Date.today())

    def test_the_end_of_the_secret_is_told_in_time(self):
        self.channel.action_connect()
        self.assertFalse(self.reminders())
        made = fields.Date.today() - timedelta(days=155)
        self.channel.amazon_secret_set_on = made
        self.channel._job_check_connection()
        (issue,) = self.reminders()
        self.assertFalse(issue.blocking)
        self.assertEqual(issue.deadline.date(), made + timedelta(days=180))
        self.channel.amazon_client_secret = "a-new-one"
        self.channel._job_check_connection()
        self.assertFalse(self.reminders())

    def reminders(self):
        return self.env["channel.issue"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("subject", "=", "client_secret"),
                ("state", "=", "open"),
            ]
        )

    # --- consent ----------------------------------------------------------------------

    def test_the_seller_is_sent_to_his_seller_central(self):
        self.channel.write({"base_url": False, "amazon_app_id": "amzn1.sp.solution.1"})
        action = self.channel.action_amazon_authorise()
        url = urlsplit(action["url"])
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.assertEqual(url.netloc, "sellercentral-europe.amazon.com")
        self.assertEqual(url.path, "/apps/authorize/consent")
        self.assertEqual(query["application_id"], "amzn1.sp.solution.1")
        self.assertTrue(query["redirect_uri"].endswith("/channel_amazon/consent"))
        channels = self.env["channel.channel"]
        self.assertEqual(channels._amazon_consented(query["state"]), self.channel)

    def test_a_state_is_good_for_who_asked_only(self):
        state = self.channel._amazon_consent_state()
        channels = self.env["channel.channel"]
        other = new_test_user(
            self.env, "other_manager", groups="channel_base.group_manager"
        )
        self.assertFalse(channels.with_user(other)._amazon_consented(state))
        self.assertFalse(channels._amazon_consented(state + "x"))
        self.assertFalse(channels._amazon_consented(""))

    def test_an_application_id_is_needed(self):
        with self.assertRaisesRegex(UserError, "application id"):
            self.channel.action_amazon_authorise()

    def test_a_consent_is_worth_a_refresh_token(self):
        self.channel.account = False
        self.channel.amazon_take_consent("code-1", SELLER)
        self.assertEqual(self.channel._secret("refresh_token"), "Atzr|of-code-1")
        self.assertEqual(self.channel.account, SELLER)

    def test_another_sellers_consent_is_not_taken(self):
        before = self.channel._secret("refresh_token")
        with self.assertRaisesRegex(UserError, "ANOTHER"):
            self.channel.amazon_take_consent("code-1", "ANOTHER")
        self.assertEqual(self.channel._secret("refresh_token"), before)

    def test_only_managers_take_consents(self):
        user = new_test_user(
            self.env, "an_operator", groups="channel_base.group_operator"
        )
        with self.assertRaises(AccessError):
            self.channel.with_user(user).amazon_take_consent("code", SELLER)


@tagged("-at_install", "post_install")
class TestConsentRoute(FakeProvider, HttpCase):
    def test_a_consent_that_nobody_asked_for_is_refused(self):
        self.authenticate("admin", "admin")
        answer = self.url_open(
            "/channel_amazon/consent?state=made-up&spapi_oauth_code=x"
        )
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Choose Authorise", answer.text)

    def test_strangers_are_sent_to_log_in(self):
        answer = self.url_open(
            "/channel_amazon/consent?state=x&spapi_oauth_code=x",
            allow_redirects=False,
        )
        self.assertIn("/web/login", answer.headers["Location"])
