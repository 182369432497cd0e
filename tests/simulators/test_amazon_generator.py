"""Orders from a seed: legal, repeatable, and what the simulator makes of them is what
the manifest says."""

import json
import random
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sp_api.api import OrdersV20260101

from .amazon.marketplaces import MARKETPLACES
from .amazon_generator import World, generate_order, generate_orders, manifest
from .amazon_generator.scenarios import SCENARIOS
from .test_amazon_orders import EVERYTHING, LONG_AGO

WORLD = World()
PLACES = ",".join(MARKETPLACES[code].id for code in WORLD.marketplaces)


def test_a_seed_gives_the_same_orders():
    first, second = (manifest(generate_orders(7, 60)) for _run in range(2))
    assert first == second
    assert {one["scenario"] for one in first} == set(SCENARIOS)
    assert len({one["id"] for one in first}) == 60
    assert json.dumps(first)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_lines_add_up(seed):
    order = generate_order(random.Random(seed))
    for expected in filter(None, (order.expected, order.after)):
        lines = sum(Decimal(total) for _sku, _units, total in expected.lines)
        assert lines == Decimal(expected.total)
        assert 0 <= Decimal(expected.remitted) <= Decimal(expected.total)


@pytest.fixture
def seller(amazon):
    made = amazon.post("sellers", name="world", marketplaces=list(WORLD.marketplaces))
    amazon.post("sellers/world/listings", items=WORLD.catalogue())
    amazon.post("sellers/world/settings", enforce_rates=False)
    return made


def test_the_simulator_does_what_the_manifest_says(amazon, seller, library):
    orders = generate_orders(42, 60, WORLD)
    amazon.post("sellers/world/orders", [{**one.spec, "age": 600} for one in orders])
    client = library(OrdersV20260101)
    _compare(client, {one.spec["order_id"]: one.expected for one in orders})
    for one in orders:
        for action, options in one.later:
            path = f"sellers/world/orders/{one.spec['order_id']}/{action}"
            amazon.post(path, options)
    amazon.post("time", advance=121)
    _compare(
        client, {one.spec["order_id"]: one.after or one.expected for one in orders}
    )


def _compare(client, expected):
    answer = client.search_orders(
        createdAfter=LONG_AGO, includedData=EVERYTHING, marketplaceIds=PLACES
    ).payload["orders"]
    assert {one["orderId"] for one in answer} == set(expected)
    for order in answer:
        wanted = expected[order["orderId"]]
        assert order["proceeds"]["grandTotal"]["amount"] == wanted.total
        assert order["fulfillment"]["fulfilledBy"] == wanted.by
        assert order["salesChannel"]["marketplaceId"] == wanted.marketplace
        assert [
            [
                one["product"]["sellerSku"],
                one["quantityOrdered"],
                one["proceeds"]["proceedsTotal"]["amount"],
            ]
            for one in order["orderItems"]
        ] == wanted.lines


def test_a_stock_that_other_channels_sell_too():
    world = World(names=("SHARED/1", "SHARED-2", "SHARED-3"))
    orders = generate_orders(5, 30, world, ["ordinary", "fba"])
    sold = {sku for one in orders for sku in one.expected.quantities}
    assert sold == set(world.names)
