"""What is stored as JSON is read back equal."""

import dataclasses
import json
import typing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from odoo.addons.channel_base.adapter import canonical, codec, shipping
from odoo.addons.channel_base.adapter.canonical import (
    Money,
    Order,
    Refund,
    RefundLine,
    StockTarget,
)
from odoo.addons.channel_base.adapter.errors import ProtocolError
from odoo.addons.channel_base.tests.order_factory import OrderFactory

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MOMENTS = st.integers(0, 4_000_000_000_000_000).map(
    lambda micros: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
)
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False)
MONEY = st.builds(Money, AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD"]))
TYPES = [
    value
    for value in (vars(canonical) | vars(shipping)).values()
    if isinstance(value, type)
    and dataclasses.is_dataclass(value)
    and value is not Money
]


def values(hint):
    """Strategy of all values of a type hint of canonical fields."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, arguments))
    if arguments:  # X | None
        return st.one_of(*map(values, arguments))
    if hint is Money:
        return MONEY
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if dataclasses.is_dataclass(hint):
        return instances(hint)
    simple = {str: TEXT, bool: st.booleans(), int: st.integers(), Decimal: AMOUNTS}
    simple |= {datetime: MOMENTS, type(None): st.none()}
    return simple[hint]


def instances(cls):
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{name: values(hint) for name, hint in hints.items()})


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.__name__)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_round_trip_is_exact(cls, data):
    value = data.draw(instances(cls))
    text = codec.dumps(value)
    assert codec.loads(cls, text) == value
    assert codec.dumps(codec.loads(cls, text)) == text


def test_amounts_keep_their_digits():
    money = Money(Decimal("10.00"), "EUR")
    assert str(codec.loads(Money, codec.dumps(money)).amount) == "10.00"


def test_another_version_is_refused():
    document = json.loads(codec.dumps(Money(Decimal(1), "EUR")))
    document["version"] += 1
    with pytest.raises(ProtocolError):
        codec.loads(Money, json.dumps(document))


def test_texts_from_before_a_field_with_a_default_are_read():
    order = OrderFactory(Random(1)).order()
    document = json.loads(codec.dumps(order))
    del document["value"]["converted"]
    assert codec.loads(Order, json.dumps(document)) == order


def test_refunds_from_before_their_parts_were_read():
    euro = Money(Decimal("5.00"), "EUR")
    line = RefundLine(line="1", quantity=1, restock=True, amount=euro, tax=euro)
    created_at = datetime(2026, 11, 22, tzinfo=UTC)
    refund = Refund(external_id="1", created_at=created_at, total=euro, lines=(line,))
    document = json.loads(codec.dumps(refund))
    for name in ("shipping", "duties", "adjustments", "payments"):
        del document["value"][name]
    del document["value"]["lines"][0]["location"]
    assert codec.loads(Refund, json.dumps(document)) == refund


def test_floats_are_refused():
    target = StockTarget(
        key="k", listing="1", stock_key="1", location="1", quantity=1.5
    )
    with pytest.raises(TypeError):
        codec.dumps(target)


def test_equal_orders_give_equal_texts():
    assert codec.dumps(Money(Decimal("1.5"), "EUR")) == codec.dumps(
        Money(Decimal("1.5"), "EUR")
    )
    assert typing.get_type_hints(Order)["total"] is Money
