"""Price lists and prices."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import Enum

from .base import canonical, require_utc


class PriceListKind(str, Enum):
    """Who gets the prices of a list."""

    BASE = "base"  # whoever no other list is for
    MARKET = "market"
    COMPANY = "company"  # business customers
    OTHER = "other"


@canonical
class PriceList:
    """One set of prices of the channel, in one currency.

    ``external_id`` is empty for the base list. ``tax_included``: its prices hold the
    tax; None where the marketplace does not say.
    """

    external_id: str
    name: str
    currency: str
    kind: PriceListKind
    tax_included: bool | None = None


@canonical
class Price:
    """What the channel asks for one listing by one price list, read at ``read_at``."""

    listing: str
    amount: Decimal
    read_at: datetime
    compare_at: Decimal | None = None

    def __post_init__(self):
        require_utc(self.read_at)


@canonical
class PriceTarget:
    """One price to set; ``price_list`` is empty for the base list.

    ``amount``: None = take the listing's own price off the list, so that the list's
    general rule holds again. ``compare_at``: the price that is shown struck through,
    None = none; left as it is there with ``keep_compare_at``. ``product`` is what the
    listing belongs to there. ``expected`` is what was last known to be asked there.
    """

    key: str
    listing: str
    currency: str
    amount: Decimal | None
    product: str = ""
    price_list: str = ""
    compare_at: Decimal | None = None
    keep_compare_at: bool = False
    expected: Decimal | None = None
