"""Canonical values refuse what is not exact, and never change."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from odoo.addons.channel_base.adapter import canonical
from odoo.addons.channel_base.adapter.canonical import Money, Payment, StockLevel

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TYPES = [
    value
    for value in vars(canonical).values()
    if isinstance(value, type) and dataclasses.is_dataclass(value)
]


@pytest.mark.parametrize("amount", [1, 1.5, "1.5", Decimal("NaN"), Decimal("Infinity")])
def test_money_is_an_exact_decimal(amount):
    with pytest.raises(ValueError, match="exact"):
        Money(amount, "EUR")


def test_money_may_be_a_coin_that_marketplaces_take():
    assert Money(Decimal(1), "USDC").currency == "USDC"


@pytest.mark.parametrize("currency", ["", "eur", "EU", "EUROS", "E1"])
def test_money_has_a_currency(currency):
    with pytest.raises(ValueError, match="currency"):
        Money(Decimal(1), currency)


def test_money_is_equal_by_value():
    assert Money(Decimal("1.0"), "EUR") == Money(Decimal("1.00"), "EUR")
    assert Money(Decimal(1), "EUR") != Money(Decimal(1), "USD")


@pytest.mark.parametrize(
    "moment", [NOW.replace(tzinfo=None), NOW.astimezone(timezone(timedelta(hours=1)))]
)
def test_moments_are_aware_utc(moment):
    with pytest.raises(ValueError, match="UTC"):
        StockLevel(listing="1", location="2", available=3, read_at=moment)


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.__name__)
def test_types_are_frozen_slotted_and_documented_by_keyword(cls):
    parameters = cls.__dataclass_params__
    assert parameters.frozen
    assert "__slots__" in vars(cls)
    assert cls is Money or all(f.kw_only for f in dataclasses.fields(cls))


def test_a_value_cannot_be_changed():
    level = StockLevel(listing="1", location="2", available=3, read_at=NOW)
    with pytest.raises(dataclasses.FrozenInstanceError):
        level.available = 4


def test_collections_are_tuples_by_type():
    for cls in TYPES:
        for field in dataclasses.fields(cls):
            assert not str(field.type).startswith(("list", "dict", "set")), cls


def test_payment_needs_its_moment_in_utc():
    with pytest.raises(ValueError, match="UTC"):
        Payment(
            external_id="1",
            gateway="",
            kind=canonical.PaymentKind.SALE,
            status=canonical.PaymentStatus.SUCCESS,
            amount=Money(Decimal(1), "EUR"),
            created_at=datetime(2026, 1, 1),  # noqa: DTZ001 - that is the point
        )
