"""Amazon passes the contract of every adapter."""

import pytest

from odoo.addons.channel_amazon.tests.account import Account, serving, spoken

from .amazon_market import AmazonMarket
from .contract import AdapterContract


class TestAmazon(AdapterContract):
    """A seller account of its own per test."""

    @pytest.fixture
    def market(self):
        account = Account()
        with serving(spoken(account)) as url:
            yield AmazonMarket(account, url)
