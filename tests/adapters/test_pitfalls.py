"""Ways in which connectors to Shopify fail, and the list of all of them."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from odoo.addons.channel_base.adapter.errors import RateLimited, TransientError
from odoo.addons.channel_base.adapter.totals import control_total
from odoo.addons.channel_base.books.totals import keep_books
from odoo.addons.channel_shopify.adapter import webhooks

from .shopify_market import ShopifyMarket, running
from .test_shopify_fulfilment import push, shipment

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "docs" / "pitfalls.md"
NAMED = re.compile(r"^\| (\d+) \|.*\|(.+)\|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


@pytest.fixture
def market():
    with running() as (simulator, url):
        yield ShopifyMarket(simulator, url)


def test_pitfall_03_shopifys_discounts_make_exact_books(market):
    """By the allocations; the discounted unit price is an approximate one."""
    for price, quantity, off in (("10.00", 3, "10.00"), ("1499.99", 1, "100.00")):
        discount = {"kind": "code", "code": "OFF", "type": "fixed", "value": off}
        line = market.line(0, price=price, quantity=quantity)
        order = market.read(market.place(lines=[line], discounts=[discount]))
        assert control_total(order) == order.total
        books = keep_books(order, 2, Decimal(0))
        assert books.exact
        assert sum(x.payable for x in books.lines) == order.total.amount


def test_pitfall_06_a_part_is_not_fulfilled_twice_after_a_lost_answer(market):
    placed = market.place(lines=[market.line(0, quantity=10)])
    market.fault(
        "lost_answer", shops=[market.name], operations=["fulfillmentCreate"], limit=1
    )
    part = shipment(market, placed, {0: (5, 5)})
    with pytest.raises(TransientError):
        push(market, part)
    push(market, part)
    assert [units for units, _tracking in market.fulfilments(placed)] == [5]


def test_pitfall_11_throttling_says_how_long_to_wait(market):
    market.fault("throttled", shops=[market.name], operations=["query"], limit=1)
    with pytest.raises(RateLimited) as raised:
        market.adapter().connect()
    assert raised.value.retry_after >= 0


def test_pitfall_15_topics_are_known_as_webhooks_spell_them():
    assert "orders/create" in webhooks.TOPICS
    assert all(topic == topic.lower() for topic in webhooks.TOPICS)


def test_pitfall_26_every_connection_is_read_to_its_end(market):
    lines = [market.line(0) for _number in range(260)]
    placed = market.place(lines=lines, oversell=True)
    order = market.read(placed)
    assert len(order.lines) == 260
    assert control_total(order) == order.total


# --- the list -------------------------------------------------------------------------


def listed():
    """``{number: [(file, test)]}`` of the table in the documentation."""
    rows = NAMED.findall(LIST.read_text(encoding="utf-8"))
    return {int(number): TEST.findall(cell) for number, cell in rows}


def test_every_pitfall_has_a_test():
    found = listed()
    assert sorted(found) == list(range(1, 31))
    assert all(found.values()), [number for number, tests in found.items() if not tests]


@pytest.mark.parametrize("number", range(1, 31))
def test_the_test_of_a_pitfall_is_there(number):
    for file, name in listed()[number]:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^\s*def {name}\(", text, re.MULTILINE), f"{file}: {name}"
