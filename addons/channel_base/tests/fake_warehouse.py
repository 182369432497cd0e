"""A warehouse of others in memory: reports are cumulative, answers may get lost."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from ..adapter.canonical import Parcel, PushResult, PushStatus
from ..adapter.port import Capability, PushAnswer
from ..adapter.shipping import (
    BuildingStock,
    CancelOutcome,
    ShippedLine,
    ShippingReport,
    ShippingState,
    WarehouseShipment,
)
from ..adapter.warehouse import ShippingChange, ShippingRead, WarehouseAdapter
from .fake_adapter import FakeAdapter


class FakeWarehouse:
    """The state of one provider; the test is its staff."""

    def __init__(self):
        self.orders = {}  # reference -> ShippingOrder
        self.reports = {}  # reference -> ShippingReport
        self.refusals = {}  # reference -> why it is not taken
        self.outcome = CancelOutcome.ACCEPTED
        self.stock = {}  # SKU -> units in the building
        self.cancels = []  # references that were asked for
        self.errors = []  # raised by the next calls, one each

    def answer(self):
        if self.errors:
            raise self.errors.pop(0)

    def take(self, order):
        if order.reference in self.refusals:
            reason = self.refusals[order.reference]
            return PushResult(key=order.key, status=PushStatus.REJECTED, message=reason)
        if order.reference not in self.orders:
            self.orders[order.reference] = order
            self.tell(order.reference, ShippingState.ACCEPTED)
        return PushResult(
            key=order.key, status=PushStatus.DONE, external_id=f"W{order.reference}"
        )

    def tell(self, reference, state, reason=""):
        """The order gets into another state."""
        before = self.reports.get(reference) or ShippingReport(
            reference=reference, state=state, external_id=f"W{reference}"
        )
        self.reports[reference] = replace(
            before, state=state, reason=reason, updated_at=datetime.now(UTC)
        )

    def ship(self, reference, units, final=True, tracking="T1", key=None, **values):
        """Some units leave.

        :param units: {sku: quantity}. :param final: nothing more comes.
        :return: the shipment's key.
        """
        report = self.reports[reference]
        key = key or f"{reference}/{len(report.shipments) + 1}"
        by_sku = {line.sku: line.key for line in self.orders[reference].lines}
        shipment = WarehouseShipment(
            key=key,
            shipped_at=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
            lines=tuple(
                ShippedLine(sku=sku, quantity=n, line=by_sku.get(sku, ""), **values)
                for sku, n in units.items()
            ),
            parcels=(Parcel(tracking_number=tracking, carrier="ACME"),),
        )
        self.reports[reference] = replace(
            report, shipments=(*report.shipments, shipment)
        )
        self.tell(
            reference, ShippingState.SHIPPED if final else ShippingState.PART_SHIPPED
        )
        return key

    def cancel(self, cancel):
        self.cancels.append(cancel.reference)
        if self.outcome is CancelOutcome.ACCEPTED:
            self.tell(cancel.reference, ShippingState.CANCELLED)
        return PushResult(
            key=cancel.key, status=PushStatus.DONE, code=self.outcome.value
        )


class ProviderAdapter(WarehouseAdapter, FakeAdapter):
    """The fake marketplace's adapter, which ships for us as well."""

    capabilities = FakeAdapter.capabilities | {
        Capability.WAREHOUSE,
        Capability.WAREHOUSE_STOCK,
    }
    shipping_batch = 2
    warehouses: ClassVar[dict] = {}

    def _warehouse(self):
        warehouse = self.warehouses[self.settings.account]
        warehouse.answer()
        return warehouse

    def push_shipping_orders(self, key, orders):
        warehouse = self._warehouse()
        return PushAnswer(tuple(warehouse.take(order) for order in orders))

    def cancel_shipping_orders(self, key, cancels):
        warehouse = self._warehouse()
        return PushAnswer(tuple(warehouse.cancel(cancel) for cancel in cancels))

    def shipping_changes(self, since):
        reports = self._warehouse().reports.values()
        for report in sorted(reports, key=lambda one: one.updated_at):
            yield ShippingChange(report.reference, report.updated_at)

    def read_shipping(self, references):
        reports = self._warehouse().reports
        for reference in references:
            yield ShippingRead(reference, report=reports.get(reference))

    def building_stock(self, location):
        for sku, units in self._warehouse().stock.items():
            yield BuildingStock(sku=sku, on_hand=units)
