"""Prices of variants, and price lists of catalogues (fact sheet, section 6)."""

from decimal import Decimal

from .errors import too_many, user_error
from .lookup import by_id
from .paging import connection
from .registry import resolver
from .search import Search, number

LIMIT = 250  # input arrays (section 3)


def add_price_list(shop, name, currency, *, catalog="MarketCatalog", factor="1"):
    """A price list with its catalogue.

    :param catalog: type of the catalogue, None for a list without one.
    :param factor: what its relative prices are of the shop's own.
    """
    node = shop.add(
        "PriceList",
        {"name": name, "currency": currency, "factor": str(factor), "fixed": {}},
    )
    node["catalog"] = None
    if catalog:
        owner = shop.add(
            catalog,
            {
                "title": f"{name} catalog",
                "priceList": node["id"],
                "status": "ACTIVE",
            },
        )
        node["catalog"] = owner["id"]
    return node


@resolver("QueryRoot.priceList")
def price_list(_source, info, id):
    return by_id(info, id, "PriceList")


@resolver("QueryRoot.priceLists")
def price_lists(_source, info, sortKey="ID", **page):
    return connection(info, info.context.shop.all("PriceList"), **page)


@resolver("PriceList.fixedPricesCount")
def fixed_count(source, _info):
    return len(source["fixed"])


@resolver("PriceList.prices")
def prices(source, info, originType=None, query=None, **page):
    shop = info.context.shop
    rows = [_row(source, variant) for variant in shop.all("ProductVariant")]
    named = Search(query, {"variant_id": number(lambda row: digits(row["variant"]))})
    wanted = [
        row for row in rows if originType in (None, row["originType"]) and named(row)
    ]
    return connection(info, wanted, **page)


def digits(gid):
    return gid.rpartition("/")[2]


def _row(price_list, variant):
    fixed = price_list["fixed"].get(variant["id"])
    factor = Decimal(price_list["factor"])
    relative = {"price": f"{Decimal(variant['price']) * factor:.2f}", "compare": None}
    row = fixed or relative
    return {
        "id": variant["id"],
        "variant": variant["id"],
        "originType": "FIXED" if fixed else "RELATIVE",
        "price": _money(row["price"], price_list),
        "compareAtPrice": row["compare"] and _money(row["compare"], price_list),
    }


def _money(amount, price_list):
    return {"amount": amount, "currencyCode": price_list["currency"]}


# --- writing --------------------------------------------------------------------------


@resolver("Mutation.productVariantsBulkUpdate")
def bulk_update(_source, info, productId, variants, allowPartialUpdates=False):
    """Set prices of variants of one product; a wrong row stops the others unless
    partial updates are allowed. Null clears a compare-at price."""
    shop = info.context.shop
    if len(variants) > LIMIT:
        raise too_many(len(variants), LIMIT)
    product = shop.get(productId)
    if not product:
        error = user_error(
            "Product does not exist", ["productId"], "PRODUCT_DOES_NOT_EXIST"
        )
        return {"product": None, "productVariants": None, "userErrors": [error]}
    errors, good = [], []
    for index, row in enumerate(variants):
        problem = _problem(product, row)
        if problem:
            field = ["variants", str(index), problem[2]]
            errors.append(user_error(problem[1], field, problem[0]))
        else:
            good.append(row)
    if not errors or allowPartialUpdates:
        for row in good:
            _set(shop, row)
        if good:
            shop.touch(product)
            shop.emit("PRODUCTS_UPDATE", product)
    changed = [shop.get(row["id"]) for row in good]
    return {"product": product, "productVariants": changed, "userErrors": errors}


def _problem(product, row):
    """(code, message, field) of a row that cannot be set, or None."""
    if not row.get("id"):
        return "PRODUCT_VARIANT_ID_MISSING", "Product variant is missing ID", "id"
    if row["id"] not in product["variants"]:
        message = "Product variant does not exist"
        return "PRODUCT_VARIANT_DOES_NOT_EXIST", message, "id"
    if row.get("price") is not None and Decimal(str(row["price"])) < 0:
        message = "Price must be greater than or equal to 0"
        return "GREATER_THAN_OR_EQUAL_TO", message, "price"
    return None


def _set(shop, row):
    node = shop.get(row["id"])
    item = row.get("inventoryItem") or {}
    if row.get("price") is not None:
        node["price"] = _text(row["price"])
    if "barcode" in row:
        node["barcode"] = row["barcode"]
    if "sku" in item:
        node["sku"] = item["sku"]
    stored = shop.get(node["inventoryItem"])
    stored |= {name: value for name, value in item.items() if name != "measurement"}
    if item.get("measurement"):
        stored["measurement"]["weight"] = dict(item["measurement"]["weight"])
    if "compareAtPrice" in row:
        compare = row["compareAtPrice"]
        node["compareAtPrice"] = None if compare is None else _text(compare)
    shop.touch(node)


def _text(amount):
    return f"{Decimal(str(amount)):.2f}"


@resolver("Mutation.priceListFixedPricesAdd")
def fixed_add(_source, info, priceListId, prices):
    found, errors = _change(info, priceListId, prices, (), "prices")
    return {"prices": None if errors else found, "userErrors": errors}


@resolver("Mutation.priceListFixedPricesUpdate")
def fixed_update(_source, info, priceListId, pricesToAdd, variantIdsToDelete):
    found, errors = _change(
        info, priceListId, pricesToAdd, variantIdsToDelete, "pricesToAdd"
    )
    return {
        "priceList": info.context.shop.get(priceListId),
        "pricesAdded": None if errors else found,
        "deletedFixedPriceVariantIds": None if errors else list(variantIdsToDelete),
        "userErrors": errors,
    }


@resolver("Mutation.priceListFixedPricesDelete")
def fixed_delete(_source, info, priceListId, variantIds):
    _found, errors = _change(info, priceListId, (), variantIds, "prices", "variantIds")
    return {
        "deletedFixedPriceVariantIds": None if errors else list(variantIds),
        "userErrors": errors,
    }


def _change(info, gid, added, removed, adding, removing="variantIdsToDelete"):
    """Put prices on a list and take others off it, all or none.

    :return: (rows of the prices added, userErrors).
    """
    shop = info.context.shop
    if len(added) + len(removed) > LIMIT:
        raise too_many(len(added) + len(removed), LIMIT)
    node = shop.get(gid)
    if not node:
        code = "PRICE_LIST_NOT_FOUND"
        return [], [user_error("Price list does not exist.", ["priceListId"], code)]
    errors = [
        user_error(message, [adding, str(index), field], code)
        for index, row in enumerate(added)
        for code, message, field in _listed_problems(shop, node, row)
    ]
    errors += [
        user_error("Only fixed prices can be deleted.", [removing, str(n)], code)
        for n, variant in enumerate(removed)
        for code in ["PRICE_NOT_FIXED"]
        if variant not in node["fixed"]
    ]
    if errors:
        return [], errors
    for row in added:
        compare = row.get("compareAtPrice")
        node["fixed"][row["variantId"]] = {
            "price": _text(row["price"]["amount"]),
            "compare": compare and _text(compare["amount"]),
        }
    for variant in removed:
        node["fixed"].pop(variant)
    shop.touch(node)
    return [_row(node, shop.get(row["variantId"])) for row in added], []


def _listed_problems(shop, node, row):
    if shop.get(row["variantId"]) is None:
        yield "VARIANT_NOT_FOUND", "Variant does not exist.", "variantId"
    elif row["price"]["currencyCode"] != node["currency"]:
        yield "PRICE_LIST_CURRENCY_MISMATCH", "The currency differs.", "price"
