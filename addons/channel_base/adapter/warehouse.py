"""What a warehouse of others must be able to do for the hub: the second seam."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from .errors import ChannelError, NotSupported
from .port import PushAnswer
from .shipping import BuildingStock, ShippingCancel, ShippingOrder, ShippingReport


@dataclass(frozen=True, slots=True)
class ShippingChange:
    """A shipping order that changed; the fetch job reads its present state."""

    reference: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ShippingRead:
    """The answer for one shipping order that was asked for, see ``OrderRead``;
    ``external_id`` is its reference."""

    external_id: str
    report: ShippingReport | None = None
    error: ChannelError | None = None


class WarehouseAdapter(ABC):
    """A provider that holds goods of ours and ships them when it is told to.

    Mixed into a channel's adapter, or beside one of its own.
    """

    shipping_batch: ClassVar[int] = 1  # orders that one call sends
    services: ClassVar[Mapping[str, str]] = {}  # shipping services: names by code

    @abstractmethod
    def push_shipping_orders(
        self, key: str, orders: tuple[ShippingOrder, ...]
    ) -> PushAnswer:
        """Have some orders shipped, each once however often it is sent.

        An order whose reference is known there already counts as sent; one with other
        content under the same reference is rejected.

        :return: ``external_id`` of a result is the order's id there.
        """

    @abstractmethod
    def cancel_shipping_orders(
        self, key: str, cancels: tuple[ShippingCancel, ...]
    ) -> PushAnswer:
        """Ask that what has not left does not leave.

        :return: each result is done and has a ``CancelOutcome`` as its ``code``.
        """

    @abstractmethod
    def shipping_changes(self, since: datetime) -> Iterator[ShippingChange]:
        """Shipping orders that changed since a moment, oldest change first."""

    @abstractmethod
    def read_shipping(self, references: tuple[str, ...]) -> Iterator[ShippingRead]:
        """The present state of some shipping orders: one answer per reference."""

    def building_stock(self, location: str) -> Iterator[BuildingStock]:
        """Everything that is in one building; a SKU may be named several times."""
        raise NotSupported("warehouse_stock")
