"""What the hub and a warehouse of others tell each other: canonical shipping orders.

The unit of truth is the shipment, not the order: one order leaves in any number of
shipments, each of them named by the provider and counted once.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from .canonical import Address, Parcel, canonical, require_utc


class ShippingState(str, Enum):
    """Where a shipping order stands at the provider."""

    ACCEPTED = "accepted"
    ON_HOLD = "on_hold"  # nothing is done before somebody acts there
    EXCEPTION = "exception"
    PART_SHIPPED = "part_shipped"  # the provider keeps the rest and ships it later
    SHIPPED = "shipped"
    CLOSED_SHORT = "closed_short"  # what has not left will not leave
    CANCELLED = "cancelled"
    REFUSED = "refused"  # it will never be shipped


# No shipment of such an order is to come any more.
FINAL = frozenset(
    {
        ShippingState.SHIPPED,
        ShippingState.CLOSED_SHORT,
        ShippingState.CANCELLED,
        ShippingState.REFUSED,
    }
)


class CancelOutcome(str, Enum):
    """What became of a request to cancel; of an unsure one the order still lives."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNSURE = "unsure"


@canonical
class ShippingLine:
    """Units of one SKU; ``key`` names the line in the provider's reports."""

    key: str
    sku: str
    quantity: int
    name: str = ""


@canonical
class ShippingOrder:
    """Goods that a provider is to send.

    :param reference: names the order for ever and is never used for another one.
    :param number: what the buyer knows his order by.
    :param service: code of the provider's shipping service.
    :param location: id of the provider's building.
    """

    key: str
    reference: str
    number: str
    ordered_at: datetime
    recipient: Address
    lines: tuple[ShippingLine, ...]
    service: str = ""
    location: str = ""
    note: str = ""

    def __post_init__(self):
        require_utc(self.ordered_at)


@canonical
class ShippingCancel:
    """A request not to send what has not left of an order."""

    key: str
    reference: str
    external_id: str = ""


@canonical
class ShippedLine:
    """Units that left; ``line`` is the key of the order's line, empty where the
    provider names the SKU alone."""

    sku: str
    quantity: int
    line: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()


@canonical
class WarehouseShipment:
    """What left at once; ``key`` is the provider's own, and counts once."""

    key: str
    shipped_at: datetime
    lines: tuple[ShippedLine, ...]
    parcels: tuple[Parcel, ...] = ()

    def __post_init__(self):
        require_utc(self.shipped_at)


@canonical
class BuildingStock:
    """Units of one SKU that are in a building, those that are sold and have not left
    included."""

    sku: str
    on_hand: int


@canonical
class ShippingReport:
    """The present state of one shipping order, with all shipments made so far."""

    reference: str
    state: ShippingState
    external_id: str = ""
    updated_at: datetime | None = None
    shipments: tuple[WarehouseShipment, ...] = ()
    reason: str = ""

    def __post_init__(self):
        require_utc(self.updated_at)
