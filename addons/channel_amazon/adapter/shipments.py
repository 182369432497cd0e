"""Verbs of shipments: packages by ``confirmShipment``."""

import hashlib

from odoo.addons.channel_base.adapter.canonical import PushResult, PushStatus
from odoo.addons.channel_base.adapter.errors import ProtocolError

from .carriers import carrier
from .errors import Refused
from .mapper_common import moment, parts, readable, stamp
from .mapper_order import source_of
from .turns import in_turn

STATE = "FULFILLMENT,PACKAGES"
UNTRACKED = "n/a"  # Amazon wants some number; letters have none
# What is sent with labels that Amazon sells, or fetched, is not confirmed by us.
SELF_CONFIRMING = frozenset({"AMAZON_EASY_SHIP", "IN_STORE_PICK_UP"})


class Shipments:
    """Confirms what was shipped. Each order is looked at first: what it shows already
    counts as done, whoever told it."""

    def push_shipments(self, key, shipments):
        """Confirm shipments, in the order given; one that is refused spoils no other.

        :return: ``external_id`` of a result is the package's reference.
        :raises TransientError: when nothing could be told.
        """
        return in_turn(shipments, self._confirmed)

    def _confirmed(self, shipment):
        self._tell(shipment)
        return PushResult(
            key=shipment.key,
            status=PushStatus.DONE,
            external_id=package_reference(shipment.key),
        )

    def _tell(self, shipment):
        answer = self._client.call("getOrder", shipment.order, includedData=STATE)
        payload = answer.get("order")
        if not isinstance(payload, dict):
            raise ProtocolError("Amazon's answer holds no order.", code="order")
        with readable(f"Order {shipment.order}"):
            package = self._package(payload, shipment)
        if package:
            self._client.call(
                "confirmShipment",
                shipment.order,
                marketplaceId=payload["salesChannel"]["marketplaceId"],
                packageDetail=package,
            )

    def _package(self, payload, shipment):
        """What is to be told; None when the order shows it already."""
        if source_of(payload) == "FBA":
            raise Refused("Amazon ships this order itself.", code="FULFILLED_BY_AMAZON")
        if SELF_CONFIRMING & set(parts(payload.get("programs"))):
            return None
        known = _known_package(payload, shipment)
        units = _told_units(known) if known else _missing_units(payload, shipment)
        tracking = next(
            (p.tracking_number for p in shipment.parcels if p.tracking_number),
            UNTRACKED,
        )
        same = known and (known.get("trackingNumber") or "") == tracking
        if not units or same:
            return None
        carrier_name = next((p.carrier for p in shipment.parcels if p.carrier), "")
        return {
            "packageReferenceId": package_reference(shipment.key),
            **carrier(carrier_name),
            "trackingNumber": tracking,
            "shipDate": stamp(self._shipped_at(payload, shipment)),
            "orderItems": [
                {"orderItemId": line, "quantity": quantity}
                for line, quantity in units.items()
            ],
        }

    def _shipped_at(self, payload, shipment):
        """Amazon takes no moment in the future, and none before the order."""
        placed = moment(payload["createdTime"])
        return max(placed, min(shipment.shipped_at, self.clock()))


def package_reference(key):
    """The number of a package within its order: the same whenever it is told again.

    Amazon wants a positive integer, written as text.
    """
    digest = hashlib.sha256(key.encode()).digest()
    return str(int.from_bytes(digest[:4]) % 999_999_999 + 1)


def _known_package(payload, shipment):
    reference = package_reference(shipment.key)
    return next(
        (
            one
            for one in parts(payload.get("packages"))
            if str(one.get("packageReferenceId")) == reference
        ),
        None,
    )


def _told_units(package):
    return {
        str(one["orderItemId"]): one["quantity"]
        for one in parts(package.get("packageItems"))
        if one.get("quantity")
    }


def _missing_units(payload, shipment):
    """Units of the shipment that the order does not show as shipped yet, by item."""
    items = {str(one["orderItemId"]): one for one in parts(payload["orderItems"])}
    missing = {}
    for line in shipment.lines:
        item = items.get(line.line)
        if not item:
            raise Refused(f"The order has no item {line.line}.", code="NO_ITEM")
        shown = (item.get("fulfillment") or {}).get("quantityFulfilled") or 0
        most = min(line.cumulative, item["quantityOrdered"]) - shown
        if most > 0:
            missing[line.line] = min(line.quantity, most)
    return missing
