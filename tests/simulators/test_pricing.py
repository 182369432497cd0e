"""Prices are rounded as Shopify rounds, to the last cent (fact sheet, section 7)."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from .amounts import quantum, rounded, shares
from .shopify.money import Currencies, text
from .shopify.pricing import portion, price

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])
VAT = [{"title": "VAT", "rate": "0.19"}]


def units(currency, lowest=0, highest=10**6):
    """Return amounts in whole smallest units of a currency."""
    whole = st.integers(lowest, highest)
    return whole.map(lambda count: count * quantum(currency))


@given(data=st.data(), currency=CURRENCIES)
def test_shares_add_up_and_are_fair(data, currency):
    weights = data.draw(st.lists(units(currency), min_size=1, max_size=8))
    total = data.draw(units(currency))
    parts = shares(total, weights, currency)
    whole = sum(weights)
    if not whole:
        assert set(parts) == {Decimal(0)}
        return
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / whole) <= quantum(currency)


@given(data=st.data(), currency=CURRENCIES, quantity=st.integers(1, 60))
def test_portions_of_all_units_add_up(data, currency, quantity):
    amount = data.draw(units(currency))
    cuts = data.draw(st.lists(st.integers(1, quantity), max_size=5))
    done, given_ = 0, Decimal(0)
    for count in [*cuts, quantity]:
        count = min(count, quantity - done)
        given_ += portion(amount, done, count, quantity, currency)
        done += count
    assert given_ == amount


def order(*lines, included=True, currency="EUR", **more):
    return price({"lines": list(lines), **more}, currency, included)


def test_a_fixed_order_discount_is_spread_to_the_cent():
    line = {"title": "A", "price": "10.00"}
    off = {"kind": "code", "code": "X", "type": "fixed", "value": "10"}
    priced = order(line, line, line, discounts=[off])
    assert [one.discount for one in priced.lines] == [
        Decimal("3.33"),
        Decimal("3.34"),
        Decimal("3.33"),
    ]
    assert priced.total == Decimal("20.00")


def test_a_percentage_is_taken_of_the_sum_and_then_spread():
    lines = [{"title": "A", "price": "0.05"} for _line in range(3)]
    off = {"kind": "code", "code": "X", "type": "percentage", "value": "10"}
    across = order(*lines, discounts=[off])
    assert across.discount == Decimal("0.02")
    each = order(*lines, discounts=[{**off, "method": "EACH"}])
    assert each.discount == Decimal("0.03")


def test_later_discounts_take_what_earlier_ones_left():
    half = {"kind": "code", "code": "H", "type": "percentage", "value": "50"}
    much = {"kind": "manual", "title": "M", "type": "fixed", "value": "99"}
    priced = order({"title": "A", "price": "10"}, discounts=[half, much])
    assert priced.lines[0].allocations == [(0, Decimal(5)), (1, Decimal(5))]
    assert priced.total == 0


def test_gift_cards_and_tips_are_never_discounted_or_taxed():
    off = {"kind": "code", "code": "X", "type": "percentage", "value": "100"}
    card = {"title": "Card", "price": "50", "gift_card": True, "taxes": VAT}
    priced = order(card, discounts=[off], tip="2", included=False)
    assert (priced.discount, priced.tax, priced.total) == (0, 0, 52)
    assert (priced.subtotal, priced.tip) == (50, 2)


@pytest.mark.parametrize(
    ("included", "currency", "amount", "tax", "total"),
    [
        (True, "EUR", "1399.99", "223.53", "1399.99"),
        (False, "EUR", "1399.99", "266.00", "1665.99"),
        (True, "JPY", "7480", "1194", "7480"),
        (False, "JPY", "7480", "1421", "8901"),
        (False, "KWD", "1.255", "0.238", "1.493"),
    ],
)
def test_taxes_are_rounded_per_line(included, currency, amount, tax, total):
    line = {"title": "A", "price": amount, "taxes": VAT}
    priced = order(line, included=included, currency=currency)
    assert (priced.tax, priced.total) == (Decimal(tax), Decimal(total))
    twice = order(line, line, included=included, currency=currency)
    assert twice.tax == 2 * priced.tax


def test_every_included_tax_is_taken_out_of_the_same_price():
    both = [{"title": name, "rate": "0.09"} for name in ("CGST", "SGST")]
    priced = order({"title": "A", "price": "118.00", "taxes": both})
    assert [amount for _tax, amount in priced.lines[0].taxes] == [Decimal(9)] * 2


@pytest.mark.parametrize(
    ("amount", "currency", "printed"),
    [
        ("10", "EUR", "10.0"),
        ("12.30", "EUR", "12.3"),
        ("12.345", "EUR", "12.35"),
        ("7480", "JPY", "7480"),
        ("1.255", "KWD", "1.255"),
        ("-0.001", "EUR", "0.0"),
    ],
)
def test_amounts_are_printed_as_the_api_prints_them(amount, currency, printed):
    assert text(Decimal(amount), currency) == printed


def test_each_field_is_converted_by_itself():
    """Sums of shop money may differ by cents from the converted total."""
    money = Currencies(shop="EUR", presentment="JPY", rate=Decimal("163.21"))
    parts = [money.to_shop(Decimal(100)) for _part in range(3)]
    assert parts == [Decimal("0.61")] * 3
    assert money.to_shop(Decimal(300)) == Decimal("1.84")
    assert rounded("0.5", "JPY") == 1
