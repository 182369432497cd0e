"""Canonical values as the ORM and the database can take them."""

import re
from datetime import UTC

LARGEST_INTEGER = 2**31 - 1
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def naive(moment):
    """An aware UTC moment as the ORM wants it."""
    return moment and moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def clean(text):
    """PostgreSQL refuses NUL characters in texts, and halves of surrogate pairs."""
    return UNSTORABLE.sub("", text or "")


def limited(number):
    """As much of an absurd quantity as the database can hold."""
    return max(-LARGEST_INTEGER, min(LARGEST_INTEGER, number))
