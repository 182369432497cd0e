"""Every GraphQL document against Shopify's official schemas."""

import re

import pytest
from graphql import NoDeprecatedCustomRule, parse, specified_rules, validate

from odoo.addons.channel_shopify.adapter.client import MAX_QUERY_COST
from odoo.addons.channel_shopify.adapter.documents import (
    BAGS,
    QUERIES,
    document,
    repeated,
)
from odoo.addons.channel_shopify.adapter.orders import CHUNK

from tests.harness import contracts
from tests.simulators.shopify import engine

VERSIONS = ("2026-10", "2026-07")
NAMES = sorted(
    path.stem for path in QUERIES.glob("*.graphql") if path.stem != "fragments"
)
MODES = sorted(BAGS)


@pytest.fixture(scope="module", params=VERSIONS)
def schema(request):
    if not contracts.shopify_file(request.param).exists():
        pytest.skip(contracts.ABSENT)
    return contracts.shopify_schema(request.param)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES)
def test_document_is_valid_and_uses_nothing_deprecated(schema, name, mode):
    rules = [*specified_rules, NoDeprecatedCustomRule]
    assert validate(schema, parse(document(name, mode).text), rules) == []


@pytest.mark.parametrize("name", ["prices_set", "list_prices_set"])
def test_a_repeated_mutation_is_valid(schema, name):
    asked = repeated(name, 25)
    assert validate(schema, parse(asked.text)) == []
    assert asked.cost == 250


@pytest.mark.parametrize("name", NAMES)
def test_document_states_its_cost(name):
    assert name == "variants_bulk" or document(name).cost > 0
    has_ids = "$ids:" in document(name).text
    assert document(name).per_id == has_ids


@pytest.mark.parametrize("name", [n for n in NAMES if n != "variants_bulk"])
def test_the_stated_cost_is_not_below_what_is_charged(name):
    asked = document(name)
    request = engine.prepare(asked.text, {"first": 20})
    charged = engine.requested_cost(request)
    assert charged <= asked.cost


def test_a_batch_of_orders_stays_within_one_query():
    assert document("orders").cost * CHUNK <= MAX_QUERY_COST


def test_operations_have_names_of_their_own():
    names = [document(name).operation for name in NAMES]
    assert len(set(names)) == len(names)


def test_currency_mode_decides_the_side_of_every_bag():
    for mode, side in (("presentment", "presentmentMoney"), ("shop", "shopMoney")):
        text = document("orders", mode).text
        assert set(re.findall(r"money: (\w+)", text)) == {side}


def test_an_unknown_currency_mode_is_an_error():
    with pytest.raises(KeyError):
        document("orders", "gold")
