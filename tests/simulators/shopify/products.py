"""`productSet`: one call that makes a product like its input, lists and all (fact
sheet, section 6; `Mutation.productSet` of the contract).

What a list leaves out is deleted: variants, options, files, collections, metafields. A
field or a list that is left out as a whole stays.
"""

import re

from .catalogue import _add_variant, _option
from .errors import user_error
from .inventory_state import level
from .lookup import by_id
from .product_files import attach
from .product_metafields import find_by_key, set_metafields
from .registry import resolver

MAX_OPTIONS = 3
MAX_VARIANTS = 2048
PLAIN = ("title", "status", "productType", "vendor", "handle", "descriptionHtml")
HS_CODE = re.compile(r"\d{6,13}")


class Refused(Exception):
    """The whole call is refused, nothing has happened."""

    def __init__(self, message, code, field=None):
        super().__init__(message)
        self.error = user_error(message, field, code)


@resolver("QueryRoot.productByIdentifier")
def by_identifier(_source, info, identifier):
    shop = info.context.shop
    if "id" in identifier:
        return by_id(info, identifier["id"], "Product")
    if "customId" in identifier:
        return find_by_key(shop, "PRODUCT", identifier["customId"])
    wanted = identifier.get("handle")
    return next((p for p in shop.all("Product") if p["handle"] == wanted), None)


@resolver("Mutation.productSet")
def product_set(_source, info, input, identifier=None, synchronous=True):
    """Make or change a product; asynchronously it is done a little later."""
    shop = info.context.shop
    try:
        node, made = _target(shop, identifier or {}, input)
        _check(shop, node, input)
    except Refused as problem:
        return _payload(None, None, [problem.error])
    node = node or _make(shop, input)
    _write(shop, node, input)
    if made:
        set_metafields(shop, node, [made])
    topic = "PRODUCTS_CREATE" if made or not identifier else "PRODUCTS_UPDATE"
    shop.touch(node)
    shop.emit(topic, node)
    if synchronous:
        return _payload(node, None, [])
    operation = shop.add(
        "ProductSetOperation",
        {
            "product": node["id"],
            "ready": shop.clock.timestamp() + shop.settings["job_seconds"],
        },
    )
    return _payload(None, operation, [])


def _payload(product, operation, errors):
    return {
        "product": product,
        "productSetOperation": operation,
        "userErrors": errors,
    }


@resolver("QueryRoot.productOperation")
def operation(_source, info, id):
    return by_id(info, id, "ProductSetOperation")


@resolver("ProductSetOperation.status")
def operation_status(source, info):
    ready = source["ready"] <= info.context.shop.clock.timestamp()
    return "COMPLETE" if ready else "ACTIVE"


@resolver("ProductSetOperation.userErrors")
def operation_errors(_source, _info):
    return []


# --- what is meant --------------------------------------------------------------------


def _target(shop, identifier, given):
    """(product or None, metafield of the custom id that a new one gets or None)."""
    if "id" in identifier:
        node = shop.get(identifier["id"])
        if node is None:
            raise Refused("Product does not exist", "PRODUCT_DOES_NOT_EXIST", ["id"])
        return node, None
    if "customId" not in identifier:
        return None, None
    key = identifier["customId"]
    definition = next(
        (
            one
            for one in shop.all("MetafieldDefinition")
            if one["key"] == key["key"] and one["type"] == "id" and one["unique"]
        ),
        None,
    )
    if definition is None:
        raise Refused(
            "No unique metafield definition of this key.", "INVALID_METAFIELD"
        )
    given_fields = given.get("metafields")
    if given_fields is not None and not any(
        one.get("key") == key["key"] and one.get("value") == key["value"]
        for one in given_fields
    ):
        raise Refused(
            "The metafields must contain the customId value.", "METAFIELD_MISMATCH"
        )
    node = find_by_key(shop, "PRODUCT", key)
    return node, None if node else {**key, "type": "id"}


def _check(shop, node, given):
    if node is None and not given.get("title"):
        raise Refused("Title can't be blank", "INVALID_PRODUCT", ["input", "title"])
    if any(shop.get(one).get("smart") for one in given.get("collections") or ()):
        raise Refused("Can't add products to a smart collection", "INVALID_INPUT")
    if len(given.get("title") or "") > 255:
        raise Refused(
            "Title is too long (maximum is 255 characters)",
            "INVALID_PRODUCT",
            ["input", "title"],
        )
    options, variants = given.get("productOptions"), given.get("variants")
    if variants is not None and options is None:
        raise Refused("Must specify product options", "PRODUCT_OPTIONS_INPUT_MISSING")
    if options is not None and variants is None and node is not None:
        raise Refused("Must specify variants", "VARIANTS_INPUT_MISSING")
    if options is not None:
        _check_options(options)
    if variants is not None:
        _check_variants(shop, node, given, options, variants)


def _check_options(options):
    where = ["input", "productOptions"]
    names = [option["name"] for option in options]
    if len(options) > MAX_OPTIONS:
        raise Refused("Options over limit", "OPTIONS_OVER_LIMIT", where)
    if len(set(names)) != len(names):
        raise Refused("Duplicated option name", "DUPLICATED_OPTION_NAME", where)
    for option in options:
        values = [value["name"] for value in option.get("values") or ()]
        if not values:
            raise Refused("Option values missing", "OPTION_VALUES_MISSING", where)
        if len(set(values)) != len(values):
            raise Refused("Duplicated value", "DUPLICATED_OPTION_VALUE", where)


def _check_variants(shop, node, given, options, variants):
    if len(variants) > MAX_VARIANTS:
        raise Refused("Variants over limit", "VARIANTS_OVER_LIMIT")
    known = set(node["variants"]) if node else set()
    values = {o["name"]: {v["name"] for v in o["values"]} for o in options}
    seen = set()
    for index, variant in enumerate(variants):
        where = ["input", "variants", str(index)]
        if variant.get("id") and variant["id"] not in known:
            raise Refused(
                "Product variant does not exist",
                "PRODUCT_VARIANT_DOES_NOT_EXIST",
                where,
            )
        chosen = {one["optionName"]: one["name"] for one in variant["optionValues"]}
        if set(chosen) != set(values):
            raise Refused("Option does not exist", "OPTION_DOES_NOT_EXIST", where)
        if any(value not in values[name] for name, value in chosen.items()):
            raise Refused(
                "Option value does not exist", "OPTION_VALUE_DOES_NOT_EXIST", where
            )
        if frozenset(chosen.items()) in seen:
            raise Refused("The variant already exists.", "INVALID_VARIANT", where)
        seen.add(frozenset(chosen.items()))
        _check_item(shop, variant, where)
        _check_file(given, variant, where)


def _check_item(shop, variant, where):
    code = (variant.get("inventoryItem") or {}).get("harmonizedSystemCode")
    if code and not HS_CODE.fullmatch(code):
        raise Refused(
            "Harmonized system code must be a number between 6 and 13 digits",
            "INVALID_VARIANT",
            where,
        )
    if variant.get("id"):
        item = shop.get(variant["id"])["inventoryItem"]
        for row in variant.get("inventoryQuantities") or ():
            if level(shop, item, row["locationId"]) is None:
                raise Refused("Not stocked there", "INVALID_INPUT", where)


def _check_file(given, variant, where):
    """Any file of a variant must be among the product's (`ProductVariantSetInput`)."""
    file = variant.get("file")
    names = {
        one.get("id") or one.get("originalSource") for one in given.get("files") or ()
    }
    if file and (file.get("id") or file.get("originalSource")) not in names:
        raise Refused("File must be a file of the product", "INVALID_INPUT", where)


# --- what is done ---------------------------------------------------------------------


def _make(shop, given):
    return shop.add(
        "Product",
        {
            "title": given["title"],
            "handle": "-".join(given["title"].lower().split()),
            "status": "ACTIVE",  # the default of `ProductSetInput.status`
            "descriptionHtml": "",
            "productType": "",
            "vendor": shop.name,
            "tags": [],
            "isGiftCard": False,
            "hasOnlyDefaultVariant": True,
            "publishedAt": None,
            "options": [],
            "variants": [],
        },
    )


def _write(shop, node, given):
    for name in PLAIN:
        if given.get(name) is not None:
            node[name] = given[name]
    if "descriptionHtml" in given:
        node["descriptionHtml"] = tidy(given["descriptionHtml"] or "")
    if "tags" in given:
        node["tags"] = sorted(set(given["tags"]), key=str.lower)
    if "category" in given:
        node["category"] = given["category"]
    if "collections" in given:  # smart ones fill themselves
        filled = [c for c in node.get("collections") or () if shop.get(c).get("smart")]
        node["collections"] = [*given["collections"], *filled]
    if "metafields" in given:
        node["metafields"] = {}
        set_metafields(shop, node, given["metafields"])
    files = attach(shop, node, given["files"]) if "files" in given else {}
    if "productOptions" in given:
        _write_options(shop, node, given["productOptions"])
        _write_variants(shop, node, given.get("variants") or [], files)


def tidy(html):
    """HTML as Shopify keeps it: in other words than it was sent."""
    found = re.sub(r">\s+<", "><", html.strip())
    return re.sub(r"<br\s*/?>", "<br>\n", found)


def _write_options(shop, node, options):
    """Options and values that are not given are gone."""
    before = {option["id"]: option for option in node["options"]}
    made = []
    for position, option in enumerate(options, 1):
        values = [value["name"] for value in option["values"]]
        fresh = _option(shop, {"name": option["name"], "values": values}, position)
        if option.get("id") in before:
            fresh["id"] = option["id"]
        made.append(fresh)
    node["options"] = made
    node["hasOnlyDefaultVariant"] = [o["name"] for o in made] == ["Title"]


def _write_variants(shop, node, rows, files):
    """Variants that are not given are gone, with their stock."""
    kept = {row["id"] for row in rows if row.get("id")}
    for gone in [gid for gid in node["variants"] if gid not in kept]:
        shop.remove(shop.get(gone)["inventoryItem"])
        shop.remove(gone)
    order = []
    for position, row in enumerate(rows, 1):
        chosen = {one["optionName"]: one["name"] for one in row["optionValues"]}
        if row.get("id"):
            variant = shop.get(row["id"])
        else:
            variant = _new_variant(shop, node, chosen, position)
        variant["position"] = position
        variant["title"] = " / ".join(chosen.values())
        variant["selectedOptions"] = [
            {"name": name, "value": value} for name, value in chosen.items()
        ]
        _write_variant(shop, variant, row, files)
        order.append(variant["id"])
    node["variants"] = order


def _new_variant(shop, node, chosen, position):
    spec = {"price": "0.00", "options": chosen, "stock": {}, "tracked": False}
    return _add_variant(shop, node, spec, position)


def _write_variant(shop, variant, row, files):
    item = shop.get(variant["inventoryItem"])
    for name in ("barcode", "price", "compareAtPrice", "inventoryPolicy", "taxable"):
        if name in row:
            variant[name] = row[name] if row[name] is None else str(row[name])
    if "sku" in row:
        variant["sku"] = item["sku"] = row["sku"]
    given = row.get("inventoryItem") or {}
    for name in (
        "tracked",
        "requiresShipping",
        "harmonizedSystemCode",
        "countryCodeOfOrigin",
    ):
        if name in given:
            item[name] = given[name]
    if given.get("measurement"):
        item["measurement"]["weight"] = dict(given["measurement"]["weight"])
    for place in row.get("inventoryQuantities") or ():
        node = level(shop, item["id"], place["locationId"], create=True)
        node["isActive"] = True
        node["available"] = place["quantity"]
    if row.get("file"):
        key = row["file"].get("id") or row["file"].get("originalSource")
        variant["media"] = [files[key]]
    shop.touch(variant)
