"""2,000 generated orders through the mapper: every total and every tax exact."""

import json
import random
from collections import Counter
from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import given, settings, strategies as st

from odoo.addons.channel_base.adapter import codec
from odoo.addons.channel_base.adapter.canonical import LineKind, Order, OrderState
from odoo.addons.channel_base.adapter.totals import control_taxes, control_total
from odoo.addons.channel_base.books.edited import as_edited
from odoo.addons.channel_base.books.lines import Role, book_lines
from odoo.addons.channel_base.books.refund import credit_lines, paid_back, worth
from odoo.addons.channel_base.books.totals import keep_books
from odoo.addons.channel_shopify.adapter.client import ShopifyClient
from odoo.addons.channel_shopify.adapter.documents import document
from odoo.addons.channel_shopify.adapter.endpoint import parse
from odoo.addons.channel_shopify.adapter.mapper_payment import received
from odoo.addons.channel_shopify.adapter.mapper_tax import DECIMALS
from odoo.addons.channel_shopify.adapter.orders import OrderReader

from tests.simulators.generator import World, generate_order
from tests.simulators.shopify import actions, engine, order_totals, payments
from tests.simulators.shopify.order_control import order_action
from tests.simulators.shopify.ordering import place
from tests.simulators.shopify.refunds import refund
from tests.simulators.shopify.simulator import Simulator

from .contract import assert_canonical


class DirectClient:
    """``ShopifyClient`` without HTTP: documents run in the simulator's engine."""

    rest = ShopifyClient.rest

    def __init__(self, shop, mode):
        self.shop, self.mode = shop, mode

    def query(self, name, **variables):
        answer = engine.run(self.shop, document(name, self.mode).text, variables)
        return parse(json.dumps(answer))["data"]


@pytest.fixture(scope="module")
def world():
    return World(many_lines=25)


@pytest.fixture(scope="module")
def shop(world):
    simulator = Simulator()
    actions.create_shop(simulator, "generated")
    shop = simulator.shops["generated"]
    actions.load_catalogue(simulator, shop, items=world.catalogue())
    yield shop
    simulator.stop()


def read(shop, node, mode="presentment"):
    reader = OrderReader(DirectClient(shop, mode))
    (found,) = reader.fetch((node["id"].rpartition("/")[2],))
    assert found.error is None, found.error
    return found.order


@settings(max_examples=2000, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_generated_order_is_mapped_to_the_cent(shop, world, seed):
    generated = generate_order(random.Random(seed), world)
    node = place(shop, generated.spec)
    for action, options in generated.at_once:
        order_action(None, shop, node["name"], action, **options)
    order, expected = read(shop, node), generated.expected
    assert control_total(order) == order.total
    assert control_taxes(order) == order.tax_total
    assert order.total.currency == expected.currency
    assert order.tax_included == expected.tax_included
    assert paid(order) == {g: Decimal(a) for g, a in expected.payments.items()}
    cancelled = expected.state == "cancelled"
    assert (order.state is OrderState.CANCELLED) == cancelled
    digits = DECIMALS.get(expected.currency, 2)
    assert order.current_total.amount == order_totals.current_total(shop, node)
    sale = order if cancelled else as_edited(order, digits)
    assert sale.total.amount == Decimal(expected.total)
    assert sale.tax_total.amount == Decimal(expected.tax)
    told = {(t, Decimal(r)): Decimal(a) for t, r, a in expected.taxes}
    assert taxes(sale) == told
    if expected.state in ("imported", "cancelled"):
        assert sold(sale) == expected.quantities
    roundings = [line for line in order.lines if line.kind is LineKind.ROUNDING]
    assert bool(roundings) == bool(generated.spec.get("cash_rounding"))
    assert codec.loads(Order, codec.dumps(order)) == order
    assert_canonical(order)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_in_shop_currency_amounts_are_as_given(shop, world, seed):
    generated = generate_order(random.Random(seed), world)
    node = place(shop, generated.spec)
    order, shown = read(shop, node, "shop"), read(shop, node)
    assert order.total == order.shop_total == shown.shop_total
    gap = abs(control_total(order).amount - order.total.amount)
    assert not shown.converted
    assert order.converted == (shown.total.currency != order.total.currency)
    books = keep_books(order, DECIMALS.get(order.total.currency, 2), Decimal(0))
    assert books.exact
    assert sum(line.payable for line in books.lines) == order.total.amount
    roundings = [line for line in books.lines if line.role is Role.ROUNDING]
    in_cash = bool(generated.spec.get("cash_rounding"))
    assert len(roundings) <= order.converted + in_cash
    if shown.total.currency == order.total.currency:
        assert gap == 0
    else:  # each field was converted and rounded by itself
        parts = sum(1 + len(x.taxes) + len(x.discounts) for x in order.lines)
        parts += sum(1 + len(x.taxes) + len(x.discounts) for x in order.shipping)
        units = sum(line.quantity for line in order.lines)
        assert gap <= Decimal("0.005") * (parts + units + 1)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_refunds_of_a_generated_order_are_worth_what_was_paid_back(shop, world, seed):
    draw = random.Random(seed)
    node = place(shop, generate_order(draw, world).spec)
    for _turn in range(draw.randint(0, 3)):
        refund(shop, node, random_refund(draw, shop, node))
    refund(shop, node, random_refund(draw, shop, node, everything=True))
    with patch.dict(shop.settings, habits=["reorder"]):  # duties are told, not null
        order = read(shop, node)
    digits, back = DECIMALS.get(order.total.currency, 2), []
    for found in order.refunds:
        assert worth(order, found, digits) == paid_back(found) == found.total.amount
        back += credit_lines(order, found, digits)
    assert by_tax(back) == by_tax(book_lines(order, digits))
    assert codec.loads(Order, codec.dumps(order)) == order
    assert_canonical(order)


def random_refund(draw, shop, node, everything=False):
    """Some units of some lines, or all that is left with delivery and duties, for
    nothing, half or all of the money that came in."""
    lines = [
        {"line": index, "quantity": left if everything else draw.randint(1, left)}
        for index, line in enumerate(order_totals.lines(shop, node))
        if (left := order_totals.current_quantity(shop, line))
        and (everything or draw.random() < 0.6)
    ]
    left = payments.received(shop, node) - payments.refunded(shop, node)
    money = (left * draw.choice([0, 1, Decimal("0.5")])).quantize(left)
    parts = {"shipping": everything, "duties": everything}
    return {"lines": lines, "money": money, **parts}


def by_tax(lines):
    sums = Counter()
    for line in lines:
        sums.update(line.taxes)
    return {key: amount for key, amount in sums.items() if amount}


def taxes(order):
    sums = Counter()
    for line in (*order.lines, *order.shipping):
        for tax in line.taxes:
            sums[tax.title, tax.rate] += tax.amount.amount
    return {key: amount for key, amount in sums.items() if amount}


def paid(order):
    gateways = {payment.gateway for payment in order.payments}
    sums = {
        gateway: received([p for p in order.payments if p.gateway == gateway])
        for gateway in gateways
    }
    return {gateway: amount for gateway, amount in sums.items() if amount}


def sold(order):
    units = Counter()
    for line in order.lines:
        if line.kind is LineKind.PRODUCT:
            units[line.sku] += line.quantity - line.cancelled - line.refunded
    return dict(+units)
