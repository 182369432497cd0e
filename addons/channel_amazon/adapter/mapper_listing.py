"""Listings items (2021-08-01) as the hub's own: pure functions.

One SKU is one listing, whatever marketplaces it is offered in: its quantity is one for
the whole region.
"""

from odoo.addons.channel_base.adapter.canonical import Listing, ListingState

from .mapper_common import moment, money, parts, readable
from .regions import MARKETPLACES

OWN_STOCK = "DEFAULT"  # Amazon's code of the stock that the seller ships himself
BUYABLE = "BUYABLE"
BARCODES = frozenset({"ean", "upc", "gtin", "isbn"})


def stock_key(marketplace, sku):
    """What names an item in calls about its quantity: Amazon takes one marketplace
    only, and must not be told one that the item is not offered in."""
    return f"{marketplace}:{sku}"


def marketplace_and_sku(key, marketplaces):
    """What a stock key, or a bare SKU, names.

    :param marketplaces: the first one is taken where the key names none.
    """
    marketplace, _colon, sku = key.partition(":")
    if sku and marketplace in MARKETPLACES:
        return marketplace, sku
    return marketplaces[0], key


def listing(item, marketplaces):
    """One item.

    :param marketplaces: ids in the order of preference: whose title and price to take.
    """
    with readable(f"Listing {item.get('sku')}"):
        return _listing(item, marketplaces)


def _listing(item, marketplaces):
    summaries = {one.get("marketplaceId"): one for one in parts(item.get("summaries"))}
    home = next((m for m in marketplaces if m in summaries), "")
    summary = summaries.get(home, {})
    statuses = {s for one in summaries.values() for s in parts(one.get("status"))}
    return Listing(
        external_id=item["sku"],
        title=summary.get("itemName") or item["sku"],
        state=ListingState.ACTIVE if BUYABLE in statuses else ListingState.UNLISTED,
        sku=item["sku"],
        barcode=_barcode(item),
        product=summary.get("asin") or "",
        stock_key=stock_key(home, item["sku"]) if home else "",
        tracked=own_stock(item) is not None or not _availability(item),
        price=_price(item, marketplaces),
        updated_at=moment(summary.get("lastUpdatedDate")),
    )


def own_stock(item):
    """The row of what the seller ships himself; None for what Amazon holds alone."""
    rows = (
        row
        for row in _availability(item)
        if row.get("fulfillmentChannelCode") == OWN_STOCK
    )
    return next(rows, None)


def _availability(item):
    return parts(item.get("fulfillmentAvailability"))


def _barcode(item):
    """A barcode, where the attributes tell one."""
    attributes = item.get("attributes") or {}
    for one in parts(attributes.get("externally_assigned_product_identifier")):
        if one.get("type") in BARCODES and one.get("value"):
            return str(one["value"])
    return ""


def _price(item, marketplaces):
    """What consumers pay."""
    offers = [o for o in parts(item.get("offers")) if o.get("offerType") == "B2C"]
    for marketplace in marketplaces:
        for offer in offers:
            if offer.get("marketplaceId") == marketplace:
                return money(offer.get("price"))
    return None
