"""Amazon passes the contract of every adapter: over a small account, and over the
simulator, which holds every request against the official models where they are."""

import itertools

import pytest

from odoo.addons.channel_amazon.tests.account import Account, serving, spoken
from odoo.addons.channel_base.adapter.port import Settings

from tests.simulators.amazon import actions
from tests.simulators.amazon.app import Server
from tests.simulators.amazon.simulator import Simulator

from .amazon_market import AmazonMarket
from .contract import AdapterContract

NUMBERS = itertools.count(1)


class SimulatedMarket(AmazonMarket):
    """One seller of a running simulator."""

    def __init__(self, simulator, url, name):
        self.simulator, self.url = simulator, url
        settings = {"order_shift": 3600}  # so that searchOrders may show them at once
        self.made = actions.create_seller(simulator, name, ("DE", "FR"), settings)
        self.seller = simulator.sellers[name]
        actions.add_listings(simulator, self.seller, products=2, quantity=50)

    def settings(self, **options):
        return Settings(
            account=self.made["seller_id"],
            base_url=self.url,
            options={
                "region": "eu",
                "client_id": self.made["app"]["client_id"],
                "markets": ",".join(self.made["marketplaces"]),
                **options,
            },
            secrets={
                "client_secret": self.made["app"]["client_secret"],
                "refresh_token": self.made["refresh_token"],
            },
        )

    def place_orders(self, count):
        line = {"sku": "SKU-0001", "quantity": 1}
        spec = {"lines": [line], "oversell": True}
        placed = actions.place_orders(self.simulator, self.seller, [spec] * count)
        return [one["id"] for one in placed["orders"]]

    def spoil(self, external_id):
        order = self.seller.table("orders")[external_id]
        order["fulfillment"]["fulfillmentStatus"] = "UNHEARD_OF"

    def stock(self):
        found = actions.stock(self.simulator, self.seller)["stock"]
        return {(sku, "DEFAULT"): one["merchant"] for sku, one in found.items()}

    def fulfilments(self, external_id):
        packages = self.seller.table("orders")[external_id]["packages"]
        return [
            (
                sum(one["quantity"] for one in package["packageItems"]),
                (package["trackingNumber"],),
            )
            for package in packages
        ]


class TestAmazon(AdapterContract):
    """A seller account of its own per test."""

    @pytest.fixture
    def market(self):
        account = Account()
        with serving(spoken(account)) as url:
            yield AmazonMarket(account, url)


class TestSimulatedAmazon(AdapterContract):
    """A seller of its own per test."""

    @pytest.fixture(scope="class")
    def simulator(self):
        simulator = Simulator()
        server = Server(simulator).start()
        yield simulator, server.url
        server.stop()

    @pytest.fixture
    def market(self, simulator):
        known = len(simulator[0].violations.found)
        yield SimulatedMarket(*simulator, name=f"seller-{next(NUMBERS)}")
        ours = [
            one
            for one in simulator[0].violations.found[known:]
            if one["where"] != "answer"
        ]
        assert not ours
