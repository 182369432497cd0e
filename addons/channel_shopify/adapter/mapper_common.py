"""What every mapper needs: exact amounts, UTC moments, statuses by table."""

from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import Money
from odoo.addons.channel_base.adapter.errors import ProtocolError

# What code raises that meets another form than the schema promises.
UNREADABLE = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)


@contextmanager
def readable(what):
    """Turn every stumble over a payload's form into the error that says whose it is.

    :param what: the object that is read, for people.
    """
    try:
        yield
    except UNREADABLE as error:
        raise ProtocolError(
            f"{what} cannot be read: {error!r}", code="UNREADABLE"
        ) from error


def money(bag):
    """The side of a money bag that was asked for, None for no bag."""
    return amount(bag["money"]) if bag else None


def amount(value):
    """A ``MoneyV2`` (``{"amount": "10.0", "currencyCode": "EUR"}``)."""
    return Money(Decimal(value["amount"]), value["currencyCode"])


def decimal(text):
    """An exact amount.

    :raises ValueError: for anything but a finite number.
    """
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(f"{text!r} is no amount")
    return number


def moment(text):
    """An ISO 8601 text as aware UTC, None for none.

    :raises ValueError: without an offset.
    """
    if not text:
        return None
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return parsed.astimezone(UTC)


def lookup(table, value, field):
    """What a status means here.

    :raises ProtocolError: for one that the table does not know, naming field and value.
    """
    if value not in table:
        raise ProtocolError(
            f"Shopify's {field} has the unknown value {value!r}.", code=str(value)
        )
    return table[value]


def nodes(connection):
    """The nodes of a connection or list that may be null."""
    if isinstance(connection, list):
        return [node for node in connection if node]
    return [node for node in (connection or {}).get("nodes") or () if node]


def attributes(pairs):
    """``customAttributes`` as (key, value) pairs."""
    return tuple((pair["key"], pair.get("value") or "") for pair in nodes(pairs or []))
