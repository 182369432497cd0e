"""Verbs of Amazon's warehouses: multi-channel fulfilment, and what is in them."""

from odoo.addons.channel_base.adapter.canonical import PushResult, PushStatus
from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    DataError,
    ProtocolError,
    TransientError,
)
from odoo.addons.channel_base.adapter.shipping import (
    FINAL,
    BuildingStock,
    CancelOutcome,
    ShippingState,
)
from odoo.addons.channel_base.adapter.warehouse import (
    ShippingChange,
    ShippingRead,
    WarehouseAdapter,
)

from . import mapper_outbound
from .errors import Refused
from .mapper_common import moment, needed, parts, readable, stamp
from .networks import country_network, networks
from .turns import in_turn


class Outbound(WarehouseAdapter):
    """Amazon ships for other channels from its warehouses (MCF). A reference is the
    order's only id there, so sending it again never ships twice."""

    shipping_batch = 10
    services = {
        "Standard": "Standard",
        "Expedited": "Expedited",
        "Priority": "Priority",
    }

    def push_shipping_orders(self, key, orders):
        return in_turn(orders, self._shipped)

    def _shipped(self, order):
        if len(order.reference) > mapper_outbound.LONGEST["reference"]:
            raise Refused("The reference has more than 40 characters.", code="LENGTH")
        if order.service not in self.services:
            raise Refused(
                f"Amazon knows no service {order.service!r}: enter one of"
                f" {', '.join(self.services)}.",
                code="SERVICE",
            )
        body = mapper_outbound.request(order, self._market_of(order))
        try:
            self._client.call("createFulfillmentOrder", **body)
        except Refused:
            # it may be the answer to an order that is there already
            known = self._fulfilment_order(order.reference)
            if not known:
                raise
            if not mapper_outbound.is_same(known, order):
                raise Refused(
                    f"Amazon has another order under {order.reference}.",
                    code="REFERENCE_TAKEN",
                ) from None
        return PushResult(
            key=order.key, status=PushStatus.DONE, external_id=order.reference
        )

    def _market_of(self, order):
        """The marketplace whose stock it leaves: of the recipient's country, where its
        network has one."""
        market_ids = self._market_ids()
        serving = networks(market_ids)
        place = order.location or country_network(order.recipient.country_code)
        return serving.get(place) or market_ids[0]

    def cancel_shipping_orders(self, key, cancels):
        return in_turn(cancels, self._cancelled)

    def _cancelled(self, cancel):
        outcome = self._outcome(cancel.reference)
        if outcome is CancelOutcome.UNSURE:
            try:
                self._client.call("cancelFulfillmentOrder", cancel.reference)
            except Refused as error:
                outcome = self._outcome(cancel.reference)
                if outcome is CancelOutcome.UNSURE:
                    return self._told(cancel, CancelOutcome.REFUSED, error.message)
            else:
                # Amazon has been asked to stop; whether it did, the order says
                outcome = self._outcome(cancel.reference)
        return self._told(cancel, outcome, "")

    def _outcome(self, reference):
        """What the order's present state means for its cancellation."""
        known = self._fulfilment_order(reference)
        if not known:
            return CancelOutcome.ACCEPTED  # it never came to be
        state = mapper_outbound.status_of(known)
        if state in (ShippingState.CANCELLED, ShippingState.REFUSED):
            return CancelOutcome.ACCEPTED
        return CancelOutcome.REFUSED if state in FINAL else CancelOutcome.UNSURE

    def _told(self, cancel, outcome, message):
        return PushResult(
            key=cancel.key,
            status=PushStatus.DONE,
            code=outcome.value,
            message=message,
        )

    # --- reports ----------------------------------------------------------------------

    def shipping_changes(self, since):
        changes = []
        query = {"queryStartDate": stamp(since)}
        while query:
            payload = self._payload("listAllFulfillmentOrders", **query)
            with readable("The list of fulfilment orders"):
                changes += [
                    ShippingChange(
                        needed(one, "sellerFulfillmentOrderId"),
                        moment(needed(one, "statusUpdatedDate")),
                    )
                    for one in parts(payload.get("fulfillmentOrders"))
                ]
            token = payload.get("nextToken")
            query = {"nextToken": token} if token else None
        yield from sorted(changes, key=lambda change: change.updated_at)

    def read_shipping(self, references):
        got_any = False
        for reference in dict.fromkeys(references):
            try:
                read = self._read_shipping(reference)
            except TransientError as error:
                if not got_any:
                    raise
                read = ShippingRead(reference, error=error)
            got_any = True
            yield read

    def _read_shipping(self, reference):
        try:
            known = self._fulfilment_order(reference)
            report = mapper_outbound.report(known) if known else None
        except Refused as error:
            return ShippingRead(
                reference, error=DataError(error.message, code=error.code)
            )
        except ProtocolError as error:
            return ShippingRead(reference, error=error)
        return ShippingRead(reference, report=report)

    def _fulfilment_order(self, reference):
        """One order as it is there; None for one that is not."""
        try:
            return self._payload("getFulfillmentOrder", reference)
        except Refused as error:
            if not error.is_gone:
                raise
            return None

    def _payload(self, name, *arguments, **parameters):
        payload = self._client.call(name, *arguments, **parameters).get("payload")
        if not isinstance(payload, dict):
            raise ProtocolError(f"Amazon's answer to {name} holds nothing.", code=name)
        return payload

    # --- stock ------------------------------------------------------------------------

    def building_stock(self, location):
        """Sellable units of a network, those reserved for orders included.

        Units on their way between its warehouses are Amazon's to move; what is damaged
        or lost is not sellable, and is not counted.
        """
        market_id = networks(self._market_ids()).get(location)
        if not market_id:
            raise ConfigError(
                f"No marketplace of this channel is served by {location}.",
                code="network",
            )
        token = None
        while True:
            answer = self._client.call(
                "getInventorySummaries",
                details="true",
                granularityType="Marketplace",
                granularityId=market_id,
                marketplaceIds=market_id,
                nextToken=token,
            )
            payload = answer.get("payload")
            if not isinstance(payload, dict):
                raise ProtocolError("Amazon's answer holds no inventory.", code="stock")
            with readable("The inventory"):
                for one in parts(payload["inventorySummaries"]):
                    yield _building_stock(one)
            token = (answer.get("pagination") or {}).get("nextToken")
            if not token:
                return


def _building_stock(one):
    details = one["inventoryDetails"]
    reserved = details.get("reservedQuantity") or {}
    return BuildingStock(
        sku=needed(one, "sellerSku"),
        on_hand=(details.get("fulfillableQuantity") or 0)
        + (reserved.get("totalReservedQuantity") or 0),
    )
