"""Catalog Items 2022-04-01 over the ASINs of all listings, and further ones."""

from . import paging
from .errors import invalid, missing
from .marketplaces import asked
from .operations import operation

ITEMS = "/catalog/2022-04-01/items"
KINDS = {"ASIN": "asin", "EAN": "barcode", "GTIN": "barcode", "UPC": "barcode"}


def _items(call):
    """Return {asin: facts}: of listings, and those that others sell."""
    found = {
        one["asin"]: {key: one[key] for key in ("asin", "title", "barcode", "sku")}
        | {"product_type": one["product_type"]}
        for one in call.seller.table("listings").values()
    }
    return {**found, **call.seller.table("catalog")}


@operation("searchCatalogItems", "GET", ITEMS, 2, 2)
def search(call):
    """Return items by identifiers or keywords."""
    places = asked(call, at_most=1)
    rows = [one for one in _items(call).values() if _is_asked(call, one)]
    size = call.query.number("pageSize", 10)
    token = call.query.one("pageToken")
    start = paging.read(call, token) if token else 0
    answer = {
        "numberOfResults": len(rows),
        "items": [_view(call, one, places) for one in rows[start : start + size]],
    }
    if start + size < len(rows):
        answer["pagination"] = {"nextToken": paging.make(call, start + size)}
    return answer


def _is_asked(call, one):
    wanted = call.query.get("identifiers")
    if wanted:
        kind = call.query.one("identifiersType")
        if kind == "SKU":
            return one.get("sku") in wanted
        if kind not in KINDS:
            raise invalid("identifiersType is required with identifiers.")
        return one[KINDS[kind]] in wanted
    words = call.query.get("keywords")
    if not words:
        raise invalid("Either identifiers or keywords are required.")
    return any(word.lower() in one["title"].lower() for word in words)


@operation("getCatalogItem", "GET", ITEMS + "/{asin}", 2, 2)
def get(call, asin):
    """Return one item."""
    places = asked(call)
    found = _items(call).get(asin)
    if found is None:
        raise missing(f"Requested item '{asin}' not found in marketplace(s).")
    return _view(call, found, places)


def _view(call, one, places):
    wanted = call.query.get("includedData") or ["summaries"]
    place = places[0] if places else None
    parts = {
        "summaries": [
            {
                "marketplaceId": place,
                "itemName": one["title"],
                "brand": one.get("brand", "Brand"),
                "itemClassification": "BASE_PRODUCT",
            }
        ],
        "identifiers": [
            {
                "marketplaceId": place,
                "identifiers": [
                    {"identifierType": "EAN", "identifier": one["barcode"]}
                ],
            }
        ],
        "productTypes": [
            {"marketplaceId": place, "productType": one.get("product_type", "PRODUCT")}
        ],
        "attributes": {"item_name": [{"value": one["title"], "marketplace_id": place}]},
    }
    return {
        "asin": one["asin"],
        **{name: parts[name] for name in wanted if name in parts},
    }
