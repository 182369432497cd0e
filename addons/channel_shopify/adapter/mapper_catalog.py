"""Locations, variants and stock levels."""

from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import (
    Listing,
    ListingState,
    Location,
    Money,
    StockLevel,
)
from odoo.addons.channel_base.adapter.errors import ProtocolError

from .ids import digits
from .mapper_common import lookup, moment, readable

LISTING_STATES = {
    "ACTIVE": ListingState.ACTIVE,
    "DRAFT": ListingState.DRAFT,
    "ARCHIVED": ListingState.ARCHIVED,
    "UNLISTED": ListingState.UNLISTED,
}
ONLY_VARIANT = (
    "Default Title"  # what Shopify calls the variant of a product that has no options
)


def location(payload):
    """One location, closed ones included."""
    with readable(f"Location {payload.get('id')}"):
        return Location(
            external_id=digits(payload["id"]),
            name=payload["name"],
            active=bool(payload["isActive"]),
            fulfilment_service=bool(payload["isFulfillmentService"]),
        )


def listing(payload, currency):
    """One variant.

    :param currency: the shop's: a variant's price is stated in it.
    """
    with readable(f"Variant {payload.get('id')}"):
        return _listing(payload, currency)


def _listing(payload, currency):
    product, item = payload["product"], payload["inventoryItem"]
    title = payload.get("title") or ""
    return Listing(
        external_id=digits(payload["id"]),
        title=product["title"]
        if title in ("", ONLY_VARIANT)
        else f"{product['title']} - {title}",
        state=lookup(LISTING_STATES, product["status"], "product status"),
        sku=payload.get("sku") or "",
        barcode=payload.get("barcode") or "",
        product=digits(product["id"]),
        stock_key=digits(item["id"]),
        # a bundle has no stock of its own: its components have
        tracked=bool(item.get("tracked")) and not payload.get("requiresComponents"),
        requires_shipping=bool(item.get("requiresShipping")),
        price=Money(Decimal(payload["price"]), currency),
        updated_at=moment(payload.get("updatedAt")),
    )


def stock_level(payload, place, read_at):
    """The available quantity of an inventory item at a location.

    :return: ``StockLevel``, or None when the item is not stocked there.
    """
    level = payload.get("inventoryLevel")
    if not level:
        return None
    available = next(
        (q["quantity"] for q in level["quantities"] if q["name"] == "available"), None
    )
    if available is None:
        raise ProtocolError("Shopify's stock level holds no available quantity.")
    return StockLevel(
        listing=digits(payload["id"]),
        location=place,
        available=available,
        read_at=read_at,
    )
