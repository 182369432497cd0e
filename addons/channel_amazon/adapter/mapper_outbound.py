"""Multi-channel fulfilment orders (fulfillmentOutbound_2020-07-01) and shipping orders
of the hub: pure functions."""

from collections import defaultdict

from odoo.addons.channel_base.adapter.canonical import Parcel
from odoo.addons.channel_base.adapter.shipping import (
    ShippedLine,
    ShippingReport,
    ShippingState,
    WarehouseShipment,
)

from .mapper_common import lookup, moment, needed, parts, readable, stamp

STATES = {
    "New": ShippingState.ACCEPTED,
    "Received": ShippingState.ACCEPTED,
    "Planning": ShippingState.ACCEPTED,
    "Processing": ShippingState.ACCEPTED,
    "Complete": ShippingState.SHIPPED,
    "CompletePartialled": ShippingState.CLOSED_SHORT,
    "Cancelled": ShippingState.CANCELLED,
    "Unfulfillable": ShippingState.REFUSED,
    "Invalid": ShippingState.REFUSED,
}
HAS_LEFT = {
    "PENDING": False,
    "SHIPPED": True,
    "CANCELLED_BY_FULFILLER": False,
    "CANCELLED_BY_SELLER": False,
}
COMMENT = "Thank you for your order."  # on the packing slip, and required
LONGEST = {"reference": 40, "comment": 750, "sku": 50}


def request(order, market_id):
    """The body of ``createFulfillmentOrder``.

    Nothing of an order leaves without the rest: what Amazon cannot send as a whole is
    better sent from elsewhere as a whole.
    """
    return {
        "marketplaceId": market_id,
        "sellerFulfillmentOrderId": order.reference,
        "displayableOrderId": order.number[: LONGEST["reference"]],
        "displayableOrderDate": stamp(order.ordered_at),
        "displayableOrderComment": (order.note or COMMENT)[: LONGEST["comment"]],
        "shippingSpeedCategory": order.service,
        "destinationAddress": _address(order.recipient),
        "fulfillmentAction": "Ship",
        "fulfillmentPolicy": "FillOrKill",
        "items": [
            {
                "sellerSku": line.sku,
                "sellerFulfillmentOrderItemId": line.key,
                "quantity": line.quantity,
            }
            for line in order.lines
        ],
    }


def _address(recipient):
    company = recipient.company if recipient.company != recipient.name else ""
    lines = [part for part in (company, recipient.street, recipient.street2) if part]
    told = {
        "name": recipient.name,
        **{f"addressLine{n}": line for n, line in enumerate(lines, start=1)},
        "city": recipient.city,
        "stateOrRegion": recipient.state_code,
        "postalCode": recipient.zip,
        "countryCode": recipient.country_code,
        "phone": recipient.phone,
    }
    return {name: value for name, value in told.items() if value}


def is_same(payload, order):
    """Whether an order that is known there asks for the same goods."""
    with readable(f"Fulfilment order {order.reference}"):
        there = {
            one["sellerFulfillmentOrderItemId"]: (one["sellerSku"], one["quantity"])
            for one in parts(payload["fulfillmentOrderItems"])
        }
    return there == {line.key: (line.sku, line.quantity) for line in order.lines}


def status_of(payload):
    """What Amazon says of an order.

    :raises ProtocolError: for an unknown status.
    """
    with readable("A fulfilment order"):
        status = payload["fulfillmentOrder"]["fulfillmentOrderStatus"]
    return lookup(STATES, status, "fulfilment order status")


def report(payload):
    """All that is known of one order.

    :raises ProtocolError: for an unknown status, or a payload of another form.
    """
    state = status_of(payload)
    with readable("A fulfilment order"):
        head = payload["fulfillmentOrder"]
        shipments = tuple(
            _shipment(one)
            for one in parts(payload.get("fulfillmentShipments"))
            if lookup(HAS_LEFT, one["fulfillmentShipmentStatus"], "shipment status")
        )
        if shipments and state is ShippingState.ACCEPTED:
            state = ShippingState.PART_SHIPPED
        return ShippingReport(
            reference=needed(head, "sellerFulfillmentOrderId"),
            state=state,
            external_id=head["sellerFulfillmentOrderId"],
            updated_at=moment(needed(head, "statusUpdatedDate")),
            shipments=shipments,
            reason=_reason(payload, head),
        )


def _reason(payload, head):
    """What Amazon cannot send, item by item; else its own word for the state."""
    short = [
        f"{one['unfulfillableQuantity']} x {one['sellerSku']}"
        for one in parts(payload.get("fulfillmentOrderItems"))
        if one.get("unfulfillableQuantity")
    ]
    status = head["fulfillmentOrderStatus"]
    return f"{status}: {', '.join(short)}" if short else status


def _shipment(one):
    units = defaultdict(int)
    serials = defaultdict(list)
    for item in parts(one["fulfillmentShipmentItem"]):
        key = (item["sellerFulfillmentOrderItemId"], item["sellerSku"])
        units[key] += item["quantity"]
        if item.get("serialNumber"):
            serials[key].append(item["serialNumber"])
    return WarehouseShipment(
        key=needed(one, "amazonShipmentId"),
        shipped_at=moment(needed(one, "shippingDate")),
        lines=tuple(
            ShippedLine(
                line=line,
                sku=sku,
                quantity=quantity,
                # of some units only they would not be all that left
                serials=tuple(serials[line, sku])
                if len(serials[line, sku]) == quantity
                else (),
            )
            for (line, sku), quantity in units.items()
            if quantity
        ),
        parcels=tuple(
            Parcel(
                tracking_number=package.get("trackingNumber") or "",
                carrier=package.get("carrierCode") or "",
            )
            for package in parts(one.get("fulfillmentShipmentPackage"))
        ),
    )
