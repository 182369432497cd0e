"""Taxes that prices hold and that nobody tells."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from odoo.addons.channel_amazon.adapter import mapper_order
from odoo.addons.channel_amazon.tests.account import order
from odoo.addons.channel_base.adapter.canonical import Discount, Money
from odoo.addons.channel_base.adapter.totals import control_taxes, control_total
from odoo.addons.channel_base.books.reckoned import reckoned

MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def external():
    return mapper_order.order(order("302-1-1", MOMENT))


def test_european_orders_tell_no_taxes(external):
    assert external.tax_included
    assert not external.taxes_stated


def test_goods_and_their_delivery_hold_the_goods_rate(external):
    (line,) = external.lines
    found = reckoned(external, {line.external_id: Decimal("0.19")}, 2)
    assert found.lines[0].taxes[0].amount.amount == Decimal("6.38")
    assert found.shipping[0].taxes[0].amount.amount == Decimal("0.64")
    assert found.tax_total.amount == Decimal("7.02")
    assert control_taxes(found) == found.tax_total
    assert control_total(found) == found.total == external.total


def test_delivery_goes_with_the_dearest_goods(external):
    (line,) = external.lines
    book = replace(line, external_id="book", quantity=1)
    both = replace(external, lines=(line, book))
    rates = {line.external_id: Decimal("0.19"), "book": Decimal("0.07")}
    found = reckoned(both, rates, 2)
    assert [one.taxes[0].rate for one in found.lines] == list(rates.values())
    assert found.shipping[0].taxes[0].rate == Decimal("0.19")


def test_what_a_discount_takes_off_is_not_taxed(external):
    (line,) = external.lines
    off = Discount(title="x", amount=Money(Decimal("39.98"), "EUR"))
    free = replace(external, lines=(replace(line, discounts=(off,)),))
    found = reckoned(free, {line.external_id: Decimal("0.19")}, 2)
    assert not found.lines[0].taxes


def test_without_a_rate_nothing_is_made_up(external):
    found = reckoned(external, {}, 2)
    assert found.tax_total.amount == 0
    assert not any(one.taxes for one in (*found.lines, *found.shipping))
