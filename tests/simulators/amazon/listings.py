"""Listings Items API 2021-08-01 (fact sheet, section 4, Listings)."""

from ..clock import parse
from . import paging
from .errors import ApiError, denied, invalid, missing
from .listing_view import view
from .listing_write import Change, settle, submit
from .marketplaces import asked
from .operations import operation

ITEM = "/listings/2021-08-01/items/{sellerId}/{sku}"
PAGED_AT_MOST = 1000
SORTS = {"sku": "sku", "createdDate": "created", "lastUpdatedDate": "updated"}


def _check(call, seller_id):
    """Return the marketplaces asked for.

    :raises ApiError: another seller, a missing role
    """
    if seller_id != call.seller.id or "listings" not in call.seller.settings["roles"]:
        raise denied()
    places = asked(call)
    if not places:
        raise invalid("marketplaceIds is required.")
    settle(call.seller)
    return places


@operation("getListingsItem", "GET", ITEM, 5, 10)
def get(call, sellerId, sku):
    """Return one listing, as seen in the first marketplace asked for (only it came
    back in one report)."""
    places = _check(call, sellerId)
    listing = call.seller.table("listings").get(sku)
    if listing is None or places[0] not in listing["marketplaces"]:
        raise missing(f"SKU '{sku}' not found in marketplace {places[0]}")
    wanted = call.query.get("includedData") or ["summaries"]
    return view(listing, places[0], wanted)


@operation("searchListingsItems", "GET", "/listings/2021-08-01/items/{sellerId}", 5, 5)
def search(call, sellerId):
    """Return a page of listings; at most a thousand can be paged through."""
    places = _check(call, sellerId)
    size = call.query.number("pageSize", 10)
    if not 1 <= size <= 20:
        raise invalid("pageSize must be between 1 and 20.")
    found = [one for one in _sorted(call) if _passes(call, one, places[0])]
    token = call.query.one("pageToken")
    start = paging.read(call, token) if token else 0
    wanted = call.query.get("includedData") or ["summaries"]
    answer = {
        "numberOfResults": len(found),
        "items": [view(one, places[0], wanted) for one in found[start : start + size]],
    }
    following = start + size
    if following < min(len(found), PAGED_AT_MOST):
        answer["pagination"] = {"nextToken": paging.make(call, following)}
    return answer


def _sorted(call):
    key = SORTS[call.query.one("sortBy", "lastUpdatedDate")]
    backwards = call.query.one("sortOrder", "DESC") == "DESC"
    listings = call.seller.table("listings").values()
    return sorted(listings, key=lambda one: (one[key], one["sku"]), reverse=backwards)


def _passes(call, listing, place):
    query = call.query
    if place not in listing["marketplaces"]:
        return False
    if "identifiers" in query and not _is_named(call, listing):
        return False
    for end, compare in (("After", "__ge__"), ("Before", "__le__")):
        for axis, key in (("created", "created"), ("lastUpdated", "updated")):
            limit = query.one(f"{axis}{end}")
            if limit and not getattr(parse(listing[key]), compare)(parse(limit)):
                return False
    severities = {one["severity"] for one in listing["issues"]}
    wanted = query.get("withIssueSeverity")
    if wanted and not severities & set(wanted):
        return False
    status = set(view(listing, place, ["summaries"])["summaries"][0]["status"])
    if query.get("withStatus") and not status & set(query["withStatus"]):
        return False
    return not status & set(query.get("withoutStatus") or ())


def _is_named(call, listing):
    kind = call.query.one("identifiersType")
    keys = {"SKU": "sku", "ASIN": "asin", "EAN": "barcode", "GTIN": "barcode"}
    if kind not in keys:
        raise invalid("identifiersType is required with identifiers.")
    return listing[keys[kind]] in call.query["identifiers"]


@operation("patchListingsItem", "PATCH", ITEM, 5, 5)
def patch(call, sellerId, sku):
    """Change some attributes."""
    (place,) = _one(call, sellerId)
    body = call.body
    change = Change("PATCH", sku, body["productType"], place, patches=body["patches"])
    return _submitted(call, change)


@operation("putListingsItem", "PUT", ITEM, 5, 10)
def put(call, sellerId, sku):
    """Create a listing, or replace all its attributes."""
    (place,) = _one(call, sellerId)
    body = call.body
    change = Change(
        "UPDATE",
        sku,
        body["productType"],
        place,
        attributes=body["attributes"],
        requirements=body.get("requirements", "LISTING"),
    )
    return _submitted(call, change)


@operation("deleteListingsItem", "DELETE", ITEM, 5, 5)
def delete(call, sellerId, sku):
    """Take a listing out of a marketplace."""
    (place,) = _one(call, sellerId)
    return _submitted(call, Change("DELETE", sku, "PRODUCT", place))


def _one(call, seller_id):
    places = _check(call, seller_id)
    if len(places) > 1:
        raise invalid("Expected a maximum of 1 marketplaceIds.")
    return places


def _submitted(call, change):
    preview = call.query.one("mode") == "VALIDATION_PREVIEW"
    try:
        issues = submit(call.seller, change, preview=preview)
    except ValueError as error:
        raise ApiError(400, "InvalidInput", str(error)) from error
    bad = any(one["severity"] == "ERROR" for one in issues)
    status = "INVALID" if bad else "VALID" if preview else "ACCEPTED"
    answer = {
        "sku": change.sku,
        "status": status,
        "submissionId": f"f1dc2914-75dd-11ea-bc55-{call.seller.next_id():012d}",
        "issues": issues,
    }
    if "identifiers" in (call.query.get("includedData") or ()):
        listing = call.seller.table("listings").get(change.sku)
        known = {"marketplaceId": change.marketplace}
        if listing:
            known["asin"] = listing["asin"]
        answer["identifiers"] = [known]
    return answer


def defects(seller):
    """Return what no seller wants: Amazon's offers turned into the merchant's."""
    return list(seller.table("defects").values())
