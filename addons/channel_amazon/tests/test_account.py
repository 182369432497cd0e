from odoo.exceptions import UserError
from odoo.tests import tagged

from .account import FRANCE, GERMANY, SECRETS
from .common import AmazonCase


@tagged("-at_install", "post_install")
class TestAccount(AmazonCase):
    """From credentials to marketplaces, places, listings and quantities."""

    def test_connecting_fetches_marketplaces_and_places(self):
        channel = self.connected()
        self.assertEqual(channel.state, "connected")
        found = {
            market.external_id: (market.currency_id.name, market.country_id.code)
            for market in channel.market_ids
        }
        self.assertEqual(found, {GERMANY: ("EUR", "DE"), FRANCE: ("EUR", "FR")})
        self.assertEqual(
            channel.location_ids.mapped("external_id"), ["DEFAULT", "FBA-EU"]
        )
        self.assertTrue(channel.location_ids.feed_ids)
        markets = channel._adapter_settings().options["markets"]
        self.assertEqual(set(markets.split(",")), {GERMANY, FRANCE})

    def test_a_marketplace_that_is_not_used_is_not_asked_for_orders(self):
        channel = self.connected()
        french = channel.market_ids.filtered(lambda m: m.external_id == FRANCE)
        french.in_use = False
        self.placed()
        channel._job_poll()
        query = self.account.calls[-1][2]
        self.assertEqual(query["marketplaceIds"], GERMANY)
        # what people decided is not undone by the daily check
        channel._job_check_connection()
        self.assertFalse(french.in_use)

    def test_marketplaces_that_the_account_left_are_archived(self):
        channel = self.connected()
        self.account.participations.pop()
        channel._job_check_connection()
        self.assertEqual(channel.market_ids.mapped("external_id"), [GERMANY])
        self.assertEqual(channel._adapter_settings().options["markets"], GERMANY)

    def test_missing_roles_are_told_in_plain_words(self):
        self.placed(recipient=None)
        channel = self.connected()
        issue = self.issues("config").filtered(lambda i: i.channel_id == channel)
        self.assertIn("orders arrive without addresses", issue.message)
        self.assertIn("Direct-to-Consumer", issue.message)
        self.assertEqual(channel.state, "connected")

    def test_a_revoked_token_is_told_to_whoever_connects(self):
        self.account.revoked.add(SECRETS["refresh_token"])
        with self.assertRaisesRegex(UserError, "Authorise the app again"):
            self.connected()

    def test_a_seller_id_is_needed(self):
        with self.assertRaisesRegex(UserError, "merchant token"):
            self.connected(account=False)
