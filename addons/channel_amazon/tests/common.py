"""A seller account beside the tests, spoken to over HTTP as a real one."""

from datetime import UTC, datetime, timedelta

from odoo.addons.channel_base.tests.order_case import OrderCase

from .account import SECRETS, SELLER, Account, order, serving, spoken


class AmazonCase(OrderCase):
    """``self.account`` is what Amazon knows of the seller."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.euro.id, "name": "2020-01-01", "rate": 0.8}
        )
        cls.product.default_code = "SKU 0/ä"

    def setUp(self):
        super().setUp()
        self.account = Account()
        self.origin = self.enterContext(serving(spoken(self.account)))

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        # Odoo's guard of tests compares the time-out with a number
        return super()._request_handler(session, request, **{**options, "timeout": 30})

    def amazon_channel(self, **values):
        """A channel with the account's credentials, not connected yet."""
        return self.env["channel.channel"].create(
            {
                "name": "Amazon",
                "provider": "amazon",
                "account": SELLER,
                "base_url": self.origin,
                "import_from": "2020-01-01 00:00:00",
                "amazon_region": "eu",
                "amazon_client_id": "amzn1.application-oa2-client.zzz",
                "amazon_client_secret": SECRETS["client_secret"],
                "amazon_refresh_token": SECRETS["refresh_token"],
                **values,
            }
        )

    def connected(self, **values):
        channel = self.amazon_channel(**values)
        channel.action_connect()
        return channel

    def placed(self, external_id="302-0000001-0000001", **values):
        """An order that may be asked for already: its payload, to be changed."""
        moment = datetime.now(UTC) - timedelta(minutes=30)
        payload = order(external_id, moment.replace(microsecond=0), **values)
        self.account.orders[external_id] = payload
        return payload

    def taken_in(self, channel):
        """Have the channel ask for orders, and work off all that follows."""
        channel._job_poll()
        channel._job_fetch()
        orders = self.env["channel.order"]
        orders._job_import()
        orders._job_account()
        return orders.search([("channel_id", "=", channel.id)])
