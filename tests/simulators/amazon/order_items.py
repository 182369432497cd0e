"""Order items as the Orders API 2026-01-01 writes them (model `OrderItem`)."""

from . import listing_state
from .money import money
from .order_prices import priced

NEW = {"conditionType": "NEW", "conditionSubtype": "NEW", "conditionNote": ""}


def completed(seller, marketplace, line):
    """Return an order line with price, title and ASIN of its listing."""
    listing = seller.table("listings").get(line.get("sku")) or {}
    found = {"asin": listing.get("asin"), "title": listing.get("title"), "quantity": 1}
    if listing:
        found["price"] = listing_state.price(listing, marketplace.id)
    full = {**found, **{key: one for key, one in line.items() if one is not None}}
    if full.get("price") is None:
        raise ValueError(f"no price for {line.get('sku')} in {marketplace.code}")
    return full


def item(seller, marketplace, line):
    """Return (item, its total).

    :param line: a completed line of the order spec
    """
    price, proceeds, total = priced(line, marketplace, seller.settings)
    made = {
        "orderItemId": f"{seller.ordinal + 1:03d}{seller.next_id():011d}",
        "quantityOrdered": line["quantity"],
        "measurement": {"unit": "COUNT", "value": 1},
        "product": _product(line, price),
        "proceeds": proceeds,
        "fulfillment": _fulfillment(line),
    }
    for key, build in (("expense", _expense), ("promotion", _promotion), ("tax", _tax)):
        if value := build(line, marketplace):
            made[key] = value
    if line.get("programs"):
        made["programs"] = line["programs"]
    return made, total


def _product(line, price):
    product = {
        "title": line.get("title") or "",
        "sellerSku": line["sku"],
        "condition": line.get("condition", NEW),
        "price": price,
    }
    if line.get("asin"):
        product["asin"] = line["asin"]
    if line.get("customized_url"):
        product["customization"] = {"customizedUrl": line["customized_url"]}
    return product


def _fulfillment(line):
    found = {"quantityFulfilled": 0, "quantityUnfulfilled": line["quantity"]}
    gift = line.get("gift")
    if gift:
        keys = {"message": "giftMessage", "level": "giftWrapLevel"}
        option = {keys[key]: gift[key] for key in keys if gift.get(key)}
        found["packing"] = {"giftOption": option}
    if line.get("ioss"):
        found["shipping"] = {"internationalShipping": {"iossNumber": line["ioss"]}}
    return found


def _expense(line, marketplace):
    points = line.get("points")
    if not points:
        return None
    value = money(points["value"], marketplace.currency)
    granted = {"pointsNumber": points["number"], "pointsMonetaryValue": value}
    return {"pointsCost": {"pointsGranted": granted}}


def _promotion(line, _marketplace):
    names = line.get("promotions") or ()
    return {"breakdowns": [{"promotionId": one} for one in names]} if names else None


def _tax(line, marketplace):
    found = {}
    scheme = line.get("scheme") or ("IOSS" if line.get("ioss") else None)
    if scheme:
        found["taxCalculationBreakdowns"] = [{"reportingScheme": scheme}]
    if line.get("facilitator"):
        party = {"EU": "Amazon Services Europe S.a.r.L."}
        collection = {
            "model": "MARKETPLACE_FACILITATOR",
            "responsibleParty": party.get(marketplace.region, "Amazon Services, Inc."),
        }
        found["taxCollections"] = [collection]
    return found
