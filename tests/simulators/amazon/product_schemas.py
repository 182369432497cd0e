"""Product types and their schemas, in the shape of Amazon's (JSON Schema 2019-09 with
Amazon's vocabulary; fact sheet, section 4, PTD)."""

import functools
import hashlib
import json

BASE = "https://schemas.amazon.com/selling-partners/definitions/product-types"
META = f"{BASE}/meta-schema/v1"
# name -> (title, attributes that a full listing needs beside those of all)
TYPES = {
    "PRODUCT": ("Product", ()),
    "LUGGAGE": ("Luggage", ("brand", "bullet_point", "color", "batteries_required")),
    "SHIRT": ("Shirt", ("brand", "color", "shirt_size", "fabric_type", "department")),
    "HOME": ("Home", ("brand", "bullet_point", "supplier_declared_dg_hz_regulation")),
}
PRODUCT_PART = (
    "item_name",
    "product_description",
    "externally_assigned_product_identifier",
)
OFFER_PART = ("condition_type", "purchasable_offer", "fulfillment_availability")
TITLES = {
    "item_name": "Item Name",
    "product_description": "Product Description",
    "externally_assigned_product_identifier": "External Product ID",
    "brand": "Brand Name",
    "bullet_point": "Bullet Point",
    "color": "Color",
    "batteries_required": "Are batteries required?",
    "supplier_declared_dg_hz_regulation": "Dangerous Goods Regulations",
    "fabric_type": "Fabric Type",
    "department": "Department",
    "shirt_size": "Shirt Size",
    "condition_type": "Item Condition",
    "purchasable_offer": "Purchasable Offer",
    "fulfillment_availability": "Fulfillment Availability",
    "merchant_suggested_asin": "Merchant Suggested ASIN",
    "main_product_image_locator": "Main Image URL",
}
REGULATIONS = ("ghs", "storage", "transportation", "other", "not_applicable", "unknown")
CONDITIONS = ("new_new", "used_like_new", "used_very_good", "used_good")


def required(name, requirements):
    """Return the attributes that a product type needs.

    :param requirements: LISTING, LISTING_PRODUCT_ONLY or LISTING_OFFER_ONLY
    """
    product = (*PRODUCT_PART[:2], *TYPES[name][1])
    offer = OFFER_PART
    if requirements == "LISTING_OFFER_ONLY":
        return list(offer)
    if requirements == "LISTING_PRODUCT_ONLY":
        return list(product)
    return [*product, *offer]


@functools.cache
def schema(name, requirements, enforced=True):
    """Return the schema of a product type."""
    names = dict.fromkeys((*PRODUCT_PART, *TYPES[name][1], *OFFER_PART))
    names |= dict.fromkeys(("merchant_suggested_asin", "main_product_image_locator"))
    return {
        "$schema": META,
        "$id": f"{BASE}/schema/v1/{name}",
        "type": "object",
        "required": required(name, requirements) if enforced else [],
        "properties": {one: _attribute(one) for one in names},
        "additionalProperties": True,
    }


def checksum(document):
    """Return the checksum that a schema is cached by."""
    return hashlib.md5(json.dumps(document).encode(), usedforsecurity=False).hexdigest()


def _attribute(name):
    build = _SPECIAL.get(name, _text)
    properties, needed = build(name)
    properties.setdefault(
        "marketplace_id", {"title": "Marketplace ID", "type": "string", "hidden": True}
    )
    return {
        "title": TITLES[name],
        "description": f"Provide the {TITLES[name]}.",
        "examples": ["..."],
        "type": "array",
        "minItems": 1,
        "minUniqueItems": 1,
        "selectors": [
            one
            for one in ("marketplace_id", "language_tag", "audience")
            if one in properties
        ],
        "items": {
            "type": "object",
            "required": needed,
            "properties": properties,
            "additionalProperties": True,
        },
    }


def _value(title, **rules):
    return {"title": title, "editable": True, "hidden": False, **rules}


def _text(name):
    length = 200 if name == "item_name" else 2000
    rules = {"type": "string", "minLength": 1, "maxLength": length}
    value = _value(TITLES[name], **rules)
    return {"value": value, "language_tag": {"type": "string"}}, ["value"]


def _choice(values, labels=None):
    def build(name):
        value = _value(
            TITLES[name],
            type="string",
            enum=list(values),
            enumNames=list(labels or values),
        )
        return {"value": value}, ["value"]

    return build


def _boolean(name):
    return {"value": _value(TITLES[name], type="boolean")}, ["value"]


def _identifier(name):
    kind = _value("Type", type="string", enum=["ean", "gtin", "isbn", "upc"])
    value = _value(TITLES[name], type="string")
    return {"type": kind, "value": value}, ["type", "value"]


def _size(name):
    system = _value("Size System", type="string", enum=["as4", "as1"])
    return {"size_system": system, "size": _value("Size", type="string")}, ["size"]


def _schedule(**more):
    amount = {"type": "number", "minimum": 0}
    entry = {"value_with_tax": amount, **more}
    return {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["schedule"],
            "properties": {
                "schedule": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["value_with_tax", *more],
                        "properties": entry,
                    },
                }
            },
        },
    }


def _offer(_name):
    moment = {"type": "string"}
    return {
        "currency": _value("Currency", type="string"),
        "audience": _value("Audience", type="string", enum=["ALL", "B2B"]),
        "our_price": _schedule(),
        "discounted_price": _schedule(start_at=moment, end_at=moment),
        "quantity_discount_plan": {"type": "array"},
        "minimum_seller_allowed_price": _schedule(),
        "maximum_seller_allowed_price": _schedule(),
    }, ["currency"]


def _availability(_name):
    return {
        "fulfillment_channel_code": _value(
            "Fulfillment Channel Code",
            type="string",
            enum=["DEFAULT", "AMAZON_EU", "AMAZON_NA", "AMAZON_JP"],
        ),
        "quantity": _value("Quantity", type="integer"),
        "lead_time_to_ship_max_days": _value("Handling Time", type="integer"),
        "restock_date": _value("Restock Date", type="string"),
    }, ["fulfillment_channel_code"]


_SPECIAL = {
    "condition_type": _choice(CONDITIONS),
    "supplier_declared_dg_hz_regulation": _choice(REGULATIONS),
    "department": _choice(("mens", "womens", "unisex-adult")),
    "batteries_required": _boolean,
    "externally_assigned_product_identifier": _identifier,
    "shirt_size": _size,
    "purchasable_offer": _offer,
    "fulfillment_availability": _availability,
}
