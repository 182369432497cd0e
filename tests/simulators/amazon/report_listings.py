"""GET_MERCHANT_LISTINGS_ALL_DATA (fact sheet, section 4, Reports)."""

from . import listing_state
from .listing_view import view
from .listing_write import settle
from .marketplaces import BY_ID, NETWORKS

HEADER = (
    "item-name",
    "item-description",
    "listing-id",
    "seller-sku",
    "price",
    "quantity",
    "open-date",
    "image-url",
    "item-is-marketplace",
    "product-id-type",
    "zshop-shipping-fee",
    "item-note",
    "item-condition",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "asin1",
    "asin2",
    "asin3",
    "will-ship-internationally",
    "expedited-shipping",
    "zshop-boldface",
    "product-id",
    "bid-for-featured-placement",
    "add-delete",
    "pending-quantity",
    "fulfillment-channel",
    "merchant-shipping-group",
    "status",
)
JAPANESE = {"item-name": "商品名", "seller-sku": "出品者SKU", "price": "価格"}


def rows(seller, report):
    """One row per SKU and channel of the first marketplace: the quantity of an offer of
    Amazon's is empty."""
    settle(seller)
    place = report["marketplaceIds"][0]
    network = NETWORKS[BY_ID[place].region]
    header = list(HEADER)
    if BY_ID[place].code == "JP" and seller.settings["japanese_headers"]:
        header = [JAPANESE.get(one, one) for one in header]
    found = [header]
    for listing in seller.table("listings").values():
        if place not in listing["marketplaces"]:
            continue
        for entry in listing["attributes"].get("fulfillment_availability", ()):
            code = entry["fulfillment_channel_code"]
            if code in (listing_state.MERCHANT, network):
                found.append(_row(listing, place, code))
    return found


def _row(listing, place, code):
    """A row; the date is a text in the seller's time zone."""
    status = view(listing, place, ["summaries"])["summaries"]
    active = bool(status and "BUYABLE" in status[0]["status"])
    merchant = code == listing_state.MERCHANT
    values = {
        "item-name": listing["title"],
        "item-description": listing["description"],
        "listing-id": listing["listing_id"],
        "seller-sku": listing["sku"],
        "price": listing_state.price(listing, place) or "",
        "quantity": listing_state.quantity(listing) if merchant else "",
        "open-date": listing["created"][:19].replace("T", " ") + " MEZ",
        "item-is-marketplace": "y",
        "product-id-type": "4" if listing["barcode"] else "1",
        "item-condition": "11",
        "asin1": listing["asin"],
        "will-ship-internationally": "1",
        "product-id": listing["barcode"] or listing["asin"],
        "pending-quantity": "0" if merchant else "",
        "fulfillment-channel": code,
        "status": "Active" if active else "Inactive",
    }
    return [values.get(name, "") for name in HEADER]
