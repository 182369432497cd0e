"""A listing as the Listings API answers it (model `Item`)."""

import copy

from . import listing_state
from .marketplaces import BY_ID
from .money import money


def view(listing, place, wanted):
    """Return the listing as seen in one marketplace.

    :param wanted: values of `includedData`
    """
    parts = {
        "summaries": _summaries,
        "attributes": _attributes,
        "issues": _issues,
        "offers": _offers,
        "fulfillmentAvailability": _availability,
        "relationships": _relationships,
        "productTypes": _product_types,
    }
    found = {name: parts[name](listing, place) for name in wanted if name in parts}
    return {"sku": listing["sku"], **found}


def _summaries(listing, place):
    if not listing["asin"]:  # no ASIN yet
        return []
    listed = {
        "marketplaceId": place,
        "asin": listing["asin"],
        "productType": listing["product_type"],
        "conditionType": listing["condition"],
        "status": _status(listing, place),
        "itemName": listing["title"],
        "createdDate": listing["created"],
        "lastUpdatedDate": listing["updated"],
    }
    if listing.get("fnsku"):
        listed["fnSku"] = listing["fnsku"]
    return [listed]


def _status(listing, place):
    if any(one["severity"] == "ERROR" for one in listing["issues"]):
        return []
    codes = [
        one["fulfillment_channel_code"]
        for one in listing["attributes"].get("fulfillment_availability", ())
    ]
    can_buy = listing_state.quantity(listing) > 0 or any(
        listing_state.is_amazon(one) for one in codes
    )
    if can_buy and listing_state.price(listing, place):
        return ["BUYABLE", "DISCOVERABLE"]
    return ["DISCOVERABLE"]


def _attributes(listing, place):
    """Attributes of this marketplace, and those of all."""
    found = {}
    for name, values in listing["attributes"].items():
        kept = [one for one in values if one.get("marketplace_id", place) == place]
        if kept:
            found[name] = copy.deepcopy(kept)
    return found


def _issues(listing, place):
    return [
        one for one in listing["issues"] if place in one.get("marketplaceIds", [place])
    ]


def _offers(listing, place):
    currency = BY_ID[place].currency
    found = []
    for audience, kind in (("ALL", "B2C"), ("B2B", "B2B")):
        price = listing_state.price(listing, place, audience)
        if price is not None:
            found.append(
                {
                    "marketplaceId": place,
                    "offerType": kind,
                    "price": money(price, currency),
                    "audience": {"value": audience},
                }
            )
    return found


def _availability(listing, _place):
    found = []
    for one in listing["attributes"].get("fulfillment_availability", ()):
        entry = {"fulfillmentChannelCode": one["fulfillment_channel_code"]}
        if not listing_state.is_amazon(one["fulfillment_channel_code"]):
            entry["quantity"] = one.get("quantity", 0)
        found.append(entry)
    return found


def _relationships(listing, place):
    found = []
    if listing.get("parent"):
        found = [{"parentSkus": [listing["parent"]], "type": "VARIATION"}]
    return [{"marketplaceId": place, "relationships": found}]


def _product_types(listing, place):
    return [{"marketplaceId": place, "productType": listing["product_type"]}]
