"""Where products are shown, in which category, and in which languages."""

import hashlib

from .errors import user_error
from .inventory_state import level
from .lookup import by_id
from .paging import connection
from .registry import resolver

PUBLICATIONS = ("Online Store", "Point of Sale")
CATEGORIES = {
    "aa": "Apparel & Accessories",
    "aa-1": "Apparel & Accessories > Clothing",
    "aa-1-13": "Apparel & Accessories > Clothing > Clothing Tops > Shirts",
    "hg-11": "Home & Garden > Kitchen & Dining > Mugs",
}
KEYS = {"title": "title", "body_html": "descriptionHtml"}


@resolver("QueryRoot.publications")
def publications(_source, info, catalogType=None, **page):
    shop = info.context.shop
    if not shop.all("Publication"):
        for name in PUBLICATIONS:
            catalog = shop.add("AppCatalog", {"title": name, "status": "ACTIVE"})
            shop.add("Publication", {"catalog": catalog["id"]})
    return connection(info, shop.all("Publication"), **page)


@resolver("QueryRoot.collections")
def collections(_source, info, query=None, sortKey="ID", savedSearchId=None, **page):
    """Only the search for collections that are filled by hand is known."""
    nodes = info.context.shop.all("Collection")
    if query == "collection_type:custom":
        nodes = [node for node in nodes if not node.get("smart")]
    return connection(info, nodes, **page)


@resolver("Product.collections")
def collections_of_product(source, info, query=None, sortKey="ID", **page):
    shop = info.context.shop
    nodes = [shop.get(one) for one in source.get("collections") or ()]
    if query == "collection_type:custom":
        nodes = [node for node in nodes if not node.get("smart")]
    return connection(info, nodes, **page)


@resolver("Mutation.publishablePublish")
def publish(_source, info, id, input):
    return _publish(info, id, input, True)


@resolver("Mutation.publishableUnpublish")
def unpublish(_source, info, id, input):
    return _publish(info, id, input, False)


def _publish(info, gid, rows, wanted):
    shop = info.context.shop
    node = by_id(info, gid, "Product")
    ids = {row.get("publicationId") for row in rows}
    if node is None or not all(shop.get(one) for one in ids):
        error = user_error("Publication does not exist or is not publishable", ["id"])
        return {"publishable": None, "userErrors": [error]}
    shown = set(node.get("publications") or ())
    node["publications"] = sorted(shown | ids if wanted else shown - ids)
    shop.touch(node)
    return {"publishable": node, "userErrors": []}


@resolver("Product.publishedOnPublication")
def published_on(source, _info, publicationId):
    return publicationId in (source.get("publications") or ())


# --- categories -----------------------------------------------------------------------


@resolver("QueryRoot.taxonomy")
def taxonomy(_source, _info):
    return {}


@resolver("Taxonomy.categories")
def categories(
    _source,
    info,
    search=None,
    childrenOf=None,
    descendantsOf=None,
    siblingsOf=None,
    **page,
):
    words = (search or "").lower().split()
    found = [
        _category(code)
        for code, name in CATEGORIES.items()
        if all(word.rstrip("s") in name.lower() for word in words)
    ]
    return connection(info, found, **page)


def _category(code):
    name = CATEGORIES[code]
    return {
        "id": f"gid://shopify/TaxonomyCategory/{code}",
        "fullName": name,
        "name": name.rsplit(" > ", 1)[-1],
        "isArchived": False,
        "isLeaf": True,
        "level": name.count(">") + 1,
        "parentId": None,
    }


@resolver("Product.category")
def category(source, _info):
    return (
        _category(source["category"].rsplit("/", 1)[-1])
        if source.get("category")
        else None
    )


# --- languages ------------------------------------------------------------------------


@resolver("QueryRoot.shopLocales")
def locales(_source, info, published=False):
    return [
        {"locale": one, "name": one.upper(), "primary": not place, "published": True}
        for place, one in enumerate(info.context.shop.settings["locales"])
    ]


@resolver("QueryRoot.translatableResource")
def translatable(_source, info, resourceId):
    node = info.context.shop.get(resourceId)
    return node and {"resourceId": resourceId, "node": node}


def _digest(value):
    return hashlib.sha256(value.encode()).hexdigest()


@resolver("TranslatableResource.translatableContent")
def translatable_content(source, info):
    locale = info.context.shop.settings["locales"][0]
    return [
        {
            "key": key,
            "value": source["node"][name],
            "digest": _digest(source["node"][name]) if source["node"][name] else None,
            "locale": locale,
            "type": "HTML" if name == "descriptionHtml" else "SINGLE_LINE_TEXT_FIELD",
        }
        for key, name in KEYS.items()
    ]


@resolver("TranslatableResource.translations")
def translations(source, _info):
    kept = source["node"].get("translations") or {}
    return [
        {"locale": locale, "key": key, "value": value, "outdated": False}
        for locale, texts in kept.items()
        for key, value in texts.items()
    ]


@resolver("Mutation.translationsRegister")
def register(_source, info, resourceId, translations):
    shop = info.context.shop
    node = shop.get(resourceId)
    problems = []
    for index, row in enumerate(translations):
        where = ["translations", str(index)]
        if row["locale"] not in shop.settings["locales"]:
            text = "Locale is not valid for the shop"
            problems.append(user_error(text, where, "INVALID_LOCALE_FOR_SHOP"))
        elif row["translatableContentDigest"] != _digest(node[KEYS[row["key"]]]):
            text = "Translatable content hash is invalid"
            problems.append(user_error(text, where, "INVALID_TRANSLATABLE_CONTENT"))
    if problems:
        return {"translations": [], "userErrors": problems}
    kept = node.setdefault("translations", {})
    for row in translations:
        kept.setdefault(row["locale"], {})[row["key"]] = row["value"]
    shop.touch(node)
    return {"translations": [], "userErrors": []}


# --- places ---------------------------------------------------------------------------


@resolver("Mutation.inventoryBulkToggleActivation")
def toggle(_source, info, inventoryItemId, inventoryItemUpdates):
    shop = info.context.shop
    item = by_id(info, inventoryItemId, "InventoryItem")
    places = [shop.get(row["locationId"]) for row in inventoryItemUpdates]
    if item is None or not all(places):
        error = user_error("Not found", None, "GENERIC_ERROR")
        return {"inventoryItem": None, "inventoryLevels": None, "userErrors": [error]}
    for row in inventoryItemUpdates:
        node = level(shop, item["id"], row["locationId"], create=True)
        node["isActive"] = row["activate"]
    return {"inventoryItem": item, "inventoryLevels": None, "userErrors": []}
