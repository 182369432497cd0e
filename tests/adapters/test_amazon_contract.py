"""Amazon passes the contract of every adapter."""

import pytest

from .amazon_market import Account, AmazonMarket, serving, spoken
from .contract import AdapterContract


class TestAmazon(AdapterContract):
    """A seller account of its own per test."""

    @pytest.fixture
    def market(self):
        account = Account()
        with serving(spoken(account)) as url:
            yield AmazonMarket(account, url)
