"""What all canonical types are made with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

# Raised when older texts mean something else now; a new field with a default is no
# reason, for texts without it are still read.
CANONICAL_VERSION = 1


def canonical(cls):
    """Make a class one of the canonical types: frozen, slotted, keyword-only."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def require_utc(moment):
    """Refuse naive moments and any offset but UTC.

    :raises ValueError: for anything but an aware UTC ``datetime``.
    """
    if moment is not None and moment.tzinfo != UTC:
        raise ValueError(f"not an aware UTC moment: {moment!r}")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency: an ISO 4217 code, or four letters (USDC)."""

    amount: Decimal
    currency: str

    def __post_init__(self):
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError(f"not an exact amount: {self.amount!r}")
        if len(self.currency) not in (3, 4) or not self.currency.isupper():
            raise ValueError(f"not a currency code: {self.currency!r}")
