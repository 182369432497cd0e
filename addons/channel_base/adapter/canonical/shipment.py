"""Deliveries that are confirmed."""

from __future__ import annotations

from datetime import datetime

from .base import canonical, require_utc


@canonical
class Parcel:
    tracking_number: str = ""
    tracking_url: str = ""
    carrier: str = ""


@canonical
class ShipmentLine:
    """``cumulative``: all units of the line shipped up to and with this shipment."""

    line: str
    quantity: int
    cumulative: int


@canonical
class Shipment:
    """One delivery to be confirmed; ``key`` names it for ever, also when it is sent
    again."""

    key: str
    order: str
    shipped_at: datetime
    lines: tuple[ShipmentLine, ...]
    parcels: tuple[Parcel, ...] = ()
    notify: bool = True
    location: str = ""
    external_id: str = ""

    def __post_init__(self):
        require_utc(self.shipped_at)
