"""Product Type Definitions 2020-09-01 and Listings Restrictions 2021-08-01."""

import json

from . import documents, product_schemas
from .errors import denied, invalid, missing
from .marketplaces import BY_ID, asked
from .operations import operation

VERSION = "UHqSqmb4FNUk="
TYPES = "/definitions/2020-09-01/productTypes"


@operation("searchDefinitionsProductTypes", "GET", TYPES, 5, 10)
def search(call):
    """Return product types by keyword or item name; all without."""
    places = asked(call)
    words = call.query.get("keywords") or []
    if call.query.one("itemName"):
        words = words + call.query.one("itemName").split()
    wanted = [one.lower() for one in words]
    found = [
        {"name": name, "displayName": title, "marketplaceIds": places}
        for name, (title, _required) in product_schemas.TYPES.items()
        if not wanted or any(one in name.lower() for one in wanted)
    ]
    if not found:
        found = [
            {"name": "PRODUCT", "displayName": "Product", "marketplaceIds": places}
        ]
    return {"productTypes": found, "productTypeVersion": VERSION}


@operation("getDefinitionsProductType", "GET", TYPES + "/{productType}", 5, 10)
def get(call, productType):
    """Return the definition; its schema lies behind a link."""
    places = asked(call)
    if len(places) != 1:
        raise invalid("Expected exactly 1 marketplaceIds.")
    if productType not in product_schemas.TYPES:
        raise missing(f"Product type {productType} is not found.")
    requirements = call.query.one("requirements", "LISTING")
    enforced = call.query.one("requirementsEnforced", "ENFORCED")
    schema = product_schemas.schema(productType, requirements, enforced == "ENFORCED")
    meta = {"$id": product_schemas.META, "$schema": product_schemas.META}
    return {
        "metaSchema": _link(call, meta),
        "schema": _link(call, schema),
        "requirements": requirements,
        "requirementsEnforced": enforced,
        "propertyGroups": _groups(productType),
        "locale": call.query.one("locale", BY_ID[places[0]].language),
        "marketplaceIds": places,
        "productType": productType,
        "displayName": product_schemas.TYPES[productType][0],
        "productTypeVersion": {"version": VERSION, "latest": True},
    }


def _link(call, document):
    raw = json.dumps(document).encode()
    url = documents.publish(call, raw, "application/json", seconds=7 * 86400)
    link = {"resource": url, "verb": "GET"}
    return {"link": link, "checksum": product_schemas.checksum(document)}


def _groups(name):
    groups = {
        "product_identity": ("Product Identity", product_schemas.PRODUCT_PART),
        "product_details": ("Product Details", product_schemas.TYPES[name][1]),
        "offer": ("Offer", product_schemas.OFFER_PART),
    }
    return {
        key: {"title": title, "description": title, "propertyNames": list(names)}
        for key, (title, names) in groups.items()
    }


@operation("getListingsRestrictions", "GET", "/listings/2021-08-01/restrictions", 5, 10)
def restrictions(call):
    """Return why the seller may not offer an ASIN; nothing = he may."""
    if call.query.one("sellerId") != call.seller.id:
        raise denied()
    held = call.seller.table("restrictions").get(call.query.one("asin"))
    found = []
    for place in asked(call):
        reason = held and held.get(place, held.get("*"))
        if reason:
            found.append(_restriction(call, place, reason))
    return {"restrictions": found}


def _restriction(call, place, reason):
    texts = {
        "APPROVAL_REQUIRED": "You need approval to list this product.",
        "ASIN_NOT_FOUND": "The ASIN was not found.",
        "NOT_ELIGIBLE": "You are not eligible to list this product.",
    }
    told = {"message": texts[reason], "reasonCode": reason}
    if reason == "APPROVAL_REQUIRED":
        link = f"https://sellercentral.{BY_ID[place].domain[4:]}/hz/approvalrequest"
        told["links"] = [
            {
                "resource": f"{link}?asin={call.query.one('asin')}",
                "verb": "GET",
                "title": "Request approval",
                "type": "text/html",
            }
        ]
    return {
        "marketplaceId": place,
        "conditionType": call.query.one("conditionType", "new_new"),
        "reasons": [told],
    }
