"""A Shopify simulator per test module, a shop per test."""

import itertools

import pytest

from .shopify_market import ShopifyMarket, running

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def shopify():
    with running() as (simulator, url):
        yield simulator, url


@pytest.fixture
def market(shopify):
    simulator, url = shopify
    yield ShopifyMarket(simulator, url, name=f"shop-{next(NUMBERS)}")
    simulator.faults.clear()
    simulator.clock.reset()
