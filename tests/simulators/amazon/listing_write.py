"""Changes of listings, by the API and by feeds: validated, accepted, live later."""

from dataclasses import dataclass, field

from . import listing_state
from .listing_check import issue, problems
from .listing_patch import patched

UNKNOWN = ("13013", "This SKU does not exist in the catalogue of this seller.")


@dataclass(slots=True, kw_only=False)
class Change:
    """One change of one SKU in one marketplace.

    :param kind: UPDATE, PARTIAL_UPDATE, PATCH or DELETE
    :param marketplace: id
    """

    kind: str
    sku: str
    product_type: str
    marketplace: str
    attributes: dict = field(default_factory=dict)
    patches: list = field(default_factory=list)
    requirements: str = "LISTING"


def submit(seller, change, *, preview=False):
    """Validate a change and let it happen; return its issues.

    :param preview: only validate
    :raises ValueError: the change is no change at all
    """
    listing = seller.table("listings").get(change.sku)
    creates = change.kind == "UPDATE"
    if listing is None and not creates:
        return [issue(*UNKNOWN)]
    if change.kind == "DELETE":
        if not preview:
            _delete(seller, listing, change.marketplace)
        return []
    after = _after(listing, change)
    touched = _touched(change)
    issues = problems(seller, change, after, touched)
    if preview or any(one["severity"] == "ERROR" for one in issues):
        return issues
    _note_conversions(seller, listing, change, after)
    if listing is None:
        listing = _created(seller, change)
    due = seller.clock.timestamp() + seller.settings["listing_seconds"]
    listing["pending"].append({"due": due, "attributes": after, "touched": touched})
    seller.table("pending")[change.sku] = True
    listing["product_type"] = (
        listing["product_type"]
        if change.product_type == "PRODUCT"
        else change.product_type
    )
    if due <= seller.clock.timestamp():
        settle(seller)
    return issues


def _after(listing, change):
    """Return the attributes as they will be."""
    before = listing["attributes"] if listing else {}
    if change.kind == "PATCH":
        return patched(before, change.patches, change.marketplace)
    patches = [
        {"op": "replace", "path": f"/attributes/{name}", "value": value}
        for name, value in change.attributes.items()
    ]
    kept = before
    if change.kind == "UPDATE":  # what is not named is gone, in this marketplace
        kept = {
            name: [
                one
                for one in values
                if one.get("marketplace_id", change.marketplace) != change.marketplace
            ]
            for name, values in before.items()
        }
        kept = {name: values for name, values in kept.items() if values}
    return patched(kept, patches, change.marketplace)


def _touched(change):
    names = [one["path"].rpartition("/")[2] for one in change.patches]
    return [*change.attributes, *names]


def _note_conversions(seller, listing, change, after):
    """Note a change that turns Amazon's offer into the merchant's (fact sheet, section
    4: never send a quantity for AMAZON_*)."""
    before = {} if listing is None else listing["attributes"]
    had, has = (_channels(one) for one in (before, after))
    amazon = {code for code in had if listing_state.is_amazon(code)}
    counted = [
        code
        for code, entry in has.items()
        if listing_state.is_amazon(code) and "quantity" in entry
    ]
    lost = amazon - set(has)
    turned = amazon and set(had) == amazon and listing_state.MERCHANT in has
    if not (counted or lost or turned):
        return
    number = seller.next_id()
    seller.table("defects")[str(number)] = {
        "sku": change.sku,
        "defect": "fba_converted",
        "why": f"quantity for {counted}"
        if counted
        else f"{sorted(lost)} dropped"
        if lost
        else "a merchant's quantity for an offer of Amazon's",
    }
    if turned or lost:
        after["fulfillment_availability"] = [
            one
            for one in after.get("fulfillment_availability", [])
            if not listing_state.is_amazon(one["fulfillment_channel_code"])
        ]


def _channels(attributes):
    return {
        one.get("fulfillment_channel_code", listing_state.MERCHANT): one
        for one in attributes.get("fulfillment_availability", ())
    }


def _created(seller, change):
    suggested = change.attributes.get("merchant_suggested_asin")
    spec = {
        "sku": change.sku,
        "asin": suggested[0]["value"] if suggested else None,
        "product_type": change.product_type,
        "quantity": None,
    }
    listing = listing_state.add(seller, spec)
    listing.update(attributes={}, marketplaces=[])
    return listing


def settle(seller):
    """Let accepted changes happen whose time has come."""
    now, waiting = seller.clock.timestamp(), seller.table("pending")
    for sku in list(waiting):
        listing = seller.table("listings").get(sku)
        while listing and listing["pending"] and listing["pending"][0]["due"] <= now:
            _apply(seller, listing, listing["pending"].pop(0))
        if not listing or not listing["pending"]:
            del waiting[sku]


def _apply(seller, listing, change):
    """Only what was touched changes: orders have taken units meanwhile."""
    for name in change["touched"]:
        if name in change["attributes"]:
            listing["attributes"][name] = change["attributes"][name]
        else:
            listing["attributes"].pop(name, None)
    for offer in listing["attributes"].get("purchasable_offer", ()):
        place = offer.get("marketplace_id")
        if place and place not in listing["marketplaces"]:
            listing["marketplaces"].append(place)
    names = listing["attributes"].get("item_name")
    if names:
        listing["title"] = names[0]["value"]
    condition = listing["attributes"].get("condition_type")
    if condition:
        listing["condition"] = condition[0]["value"]
    issues = listing["issues"]
    listing["issues"] = [
        one
        for one in issues
        if not set(one.get("attributeNames", ())) & set(change["touched"])
    ] + listing.pop("late_issues", [])
    listing_state.touch(seller, listing)
    _announce(seller, listing, change["touched"], issues)


def _announce(seller, listing, touched, before):
    if listing["issues"] != before:
        for place in listing["marketplaces"]:
            seller.announce(
                seller,
                "LISTINGS_ITEM_ISSUES_CHANGE",
                listing=listing,
                marketplace=place,
            )
    if "fulfillment_availability" in touched:
        seller.announce(seller, "LISTINGS_ITEM_MFN_QUANTITY_CHANGE", listing=listing)


def _delete(seller, listing, place):
    listing["marketplaces"] = [one for one in listing["marketplaces"] if one != place]
    listing_state.touch(seller, listing)
    if not listing["marketplaces"]:
        del seller.table("listings")[listing["sku"]]
