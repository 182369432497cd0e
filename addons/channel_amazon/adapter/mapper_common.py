"""What every mapper needs: exact amounts, UTC moments, statuses by table."""

from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import Money
from odoo.addons.channel_base.adapter.errors import ProtocolError

# What code raises that meets another form than the models promise.
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


def money(value):
    """An amount (``{"amount": "19.90", "currencyCode": "EUR"}``), None for none."""
    if not value or value.get("amount") is None or not value.get("currencyCode"):
        return None
    return Money(Decimal(str(value["amount"])), value["currencyCode"])


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


def stamp(when):
    """A moment as Amazon reads it: whole seconds of UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def needed(payload, name):
    """A value that the model requires.

    :raises ValueError: without it.
    """
    value = payload.get(name)
    if value is None or value == "":
        raise ValueError(f"{name} is missing")
    return value


def lookup(table, value, field):
    """What a status means here.

    :raises ProtocolError: for one that the table does not know, naming field and value.
    """
    if value not in table:
        raise ProtocolError(
            f"Amazon's {field} has the unknown value {value!r}.", code=str(value)
        )
    return table[value]


def parts(values):
    """The objects of a list that may be null, or hold nulls."""
    return [value for value in values or () if value]
