"""Canonical values as the ORM and the database can take them."""

from datetime import UTC

LARGEST_INTEGER = 2**31 - 1


def naive(moment):
    """An aware UTC moment as the ORM wants it."""
    return moment and moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def clean(text):
    """PostgreSQL refuses NUL characters in texts."""
    return (text or "").replace("\x00", "")


def limited(number):
    """As much of an absurd quantity as the database can hold."""
    return max(-LARGEST_INTEGER, min(LARGEST_INTEGER, number))
