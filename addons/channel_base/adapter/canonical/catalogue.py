"""Listings, places and the units that are shown."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from .base import Money, canonical, require_utc


class ListingState(str, Enum):
    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"
    UNLISTED = "unlisted"


@canonical
class Location:
    """A place of the channel that holds stock."""

    external_id: str
    name: str
    active: bool = True
    fulfilment_service: bool = False


@canonical
class Market:
    """One of several marketplaces that one account sells in.

    ``active``: the seller takes part in it now. ``country_code`` is an ISO code.
    """

    external_id: str
    name: str
    currency: str
    country_code: str = ""
    active: bool = True


@canonical
class Listing:
    """One offer; stock calls name it by ``stock_key``, if not by ``external_id``."""

    external_id: str
    title: str
    state: ListingState
    sku: str = ""
    barcode: str = ""
    product: str = ""
    stock_key: str = ""
    tracked: bool = True
    requires_shipping: bool = True
    price: Money | None = None
    updated_at: datetime | None = None

    def __post_init__(self):
        require_utc(self.updated_at)


@canonical
class StockLevel:
    """What the channel shows for one listing at one place, read at ``read_at``."""

    listing: str
    location: str
    available: int
    read_at: datetime

    def __post_init__(self):
        require_utc(self.read_at)


@canonical
class StockTarget:
    """One quantity to set. ``expected`` is what compare-and-set should find; None =
    unknown."""

    key: str
    listing: str
    stock_key: str
    location: str
    quantity: int
    expected: int | None = None
