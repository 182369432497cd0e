"""Control sums of orders, for every marketplace."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, strategies as st

from odoo.addons.channel_base.adapter.canonical import (
    Discount,
    FulfilmentState,
    LineKind,
    Money,
    Order,
    OrderLine,
    OrderState,
    PaymentState,
    ShippingLine,
    Tax,
)
from odoo.addons.channel_base.adapter.totals import control_taxes, control_total

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
RATES = st.sampled_from(["0.19", "0.07", "0.0725", "0"]).map(Decimal)


def euro(amount):
    return Money(Decimal(amount), "EUR")


TAXES = st.builds(Tax, title=st.just("VAT"), amount=CENTS.map(euro), rate=RATES)
DISCOUNTS = st.builds(Discount, title=st.just("10 %"), amount=CENTS.map(euro))
PARTS = {
    "taxes": st.lists(TAXES, max_size=3).map(tuple),
    "discounts": st.lists(DISCOUNTS, max_size=3).map(tuple),
}
LINES = st.builds(
    OrderLine,
    external_id=st.uuids().map(str),
    kind=st.sampled_from(LineKind),
    title=st.just("Shirt"),
    quantity=st.integers(1, 1000),
    unit_price=CENTS.map(euro),
    **PARTS,
)
SHIPPING = st.builds(
    ShippingLine,
    external_id=st.uuids().map(str),
    title=st.just("DHL"),
    price=CENTS.map(euro),
    **PARTS,
)


def order(lines, shipping=(), included=False):
    return Order(
        external_id="1",
        name="#1",
        state=OrderState.OPEN,
        payment_state=PaymentState.PAID,
        fulfilment_state=FulfilmentState.UNFULFILLED,
        ordered_at=NOW,
        updated_at=NOW,
        total=euro(0),
        tax_total=euro(0),
        tax_included=included,
        lines=tuple(lines),
        shipping=tuple(shipping),
    )


@given(st.lists(LINES, max_size=4), st.lists(SHIPPING, max_size=2), st.booleans())
def test_the_total_is_what_the_parts_add_up_to(lines, shipping, included):
    total = Decimal(0)
    for line in (*lines, *shipping):
        if isinstance(line, OrderLine):
            total += line.unit_price.amount * line.quantity
        else:
            total += line.price.amount
        for discount in line.discounts:
            total -= discount.amount.amount
        for tax in line.taxes:
            total += Decimal(0) if included else tax.amount.amount
    found = order(lines, shipping, included)
    assert control_total(found) == Money(total, "EUR")


@given(st.lists(LINES, max_size=4), st.lists(SHIPPING, max_size=2))
def test_taxes_are_those_of_all_lines_included_or_not(lines, shipping):
    parts = [tax.amount.amount for x in (*lines, *shipping) for tax in x.taxes]
    for included in (True, False):
        found = control_taxes(order(lines, shipping, included))
        assert found == Money(sum(parts, Decimal(0)), "EUR")


def test_a_hand_made_order():
    shirt = OrderLine(
        external_id="1",
        kind=LineKind.PRODUCT,
        title="Shirt",
        quantity=3,
        unit_price=euro("19.99"),
        discounts=(Discount(title="X", amount=euro("10.00")),),
        taxes=(Tax(title="VAT", amount=euro("9.49"), rate=Decimal("0.19")),),
    )
    delivery = ShippingLine(
        external_id="2",
        title="DHL",
        price=euro("4.90"),
        taxes=(Tax(title="VAT", amount=euro("0.93"), rate=Decimal("0.19")),),
    )
    found = order([shirt], [delivery])
    assert control_taxes(found) == euro("10.42")
    assert control_total(found) == euro("65.29")
    assert control_total(order([shirt], [delivery], True)) == euro("54.87")


def test_an_empty_order_is_worth_nothing():
    assert control_total(order([])) == euro(0)
    assert control_taxes(order([])) == euro(0)
