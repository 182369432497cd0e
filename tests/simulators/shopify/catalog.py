"""Products, variants, options: reading, searching, and loading a catalogue."""

from .inventory_state import totals
from .lookup import by_id, count, listing
from .paging import connection
from .registry import resolver
from .search import exact, number, ordered, tokens

PRODUCT_FIELDS = {
    "id": number(lambda node: node["legacyResourceId"]),
    "title": tokens(lambda node: node["title"]),
    "default": tokens(lambda node: node["title"]),
    "handle": exact(lambda node: node["handle"]),
    "status": exact(lambda node: node["status"]),
    "vendor": exact(lambda node: node["vendor"]),
    "product_type": exact(lambda node: node["productType"]),
    "tag": exact(lambda node: node["tags"]),
    "gift_card": exact(lambda node: str(node["isGiftCard"])),
    "created_at": ordered(lambda node: node["createdAt"]),
    "updated_at": ordered(lambda node: node["updatedAt"]),
}
PRODUCT_KEYS = {
    "CREATED_AT": lambda node: node["createdAt"],
    "UPDATED_AT": lambda node: node["updatedAt"],
    "TITLE": lambda node: node["title"],
    "VENDOR": lambda node: node["vendor"],
    "PRODUCT_TYPE": lambda node: node["productType"],
}
VARIANT_FIELDS = {
    "id": number(lambda node: node["legacyResourceId"]),
    "sku": tokens(
        lambda node: node["sku"]
    ),  # tokenised: a hit is not an exact match (fact sheet, section 6)
    "barcode": exact(lambda node: node["barcode"]),
    "title": tokens(lambda node: node["title"]),
    "default": tokens(lambda node: f"{node['title']} {node['sku']}"),
    "product_id": number(lambda node: node["product"].split("/")[-1]),
    "updated_at": ordered(lambda node: node["updatedAt"]),
}
VARIANT_KEYS = {
    "SKU": lambda node: node["sku"] or "",
    "TITLE": lambda node: node["title"],
    "POSITION": lambda node: node["position"],
}


@resolver("QueryRoot.product")
def product(_source, info, id):
    return by_id(info, id, "Product")


@resolver("QueryRoot.productVariant")
def product_variant(_source, info, id):
    return by_id(info, id, "ProductVariant")


@resolver("QueryRoot.products")
def products(_source, info, **page):
    return listing(
        info, info.context.shop.all("Product"), PRODUCT_FIELDS, PRODUCT_KEYS, **page
    )


@resolver("QueryRoot.productVariants")
def product_variants(_source, info, **page):
    return listing(
        info,
        info.context.shop.all("ProductVariant"),
        VARIANT_FIELDS,
        VARIANT_KEYS,
        **page,
    )


@resolver("QueryRoot.productsCount")
def products_count(_source, info, **arguments):
    return count(info, info.context.shop.all("Product"), PRODUCT_FIELDS, **arguments)


@resolver("QueryRoot.productVariantsCount")
def product_variants_count(_source, info, **arguments):
    return count(
        info, info.context.shop.all("ProductVariant"), VARIANT_FIELDS, **arguments
    )


def _variants(source, info):
    return [info.context.shop.get(gid) for gid in source["variants"]]


@resolver("Product.variants")
def variants_of_product(source, info, sortKey="POSITION", **page):
    key = VARIANT_KEYS.get(sortKey)
    return connection(
        info, _variants(source, info), sort=(sortKey, key) if key else None, **page
    )


@resolver("Product.variantsCount")
def variants_count(source, _info):
    return {"count": len(source["variants"]), "precision": "EXACT"}


@resolver("Product.totalInventory")
def total_inventory(source, info):
    return sum(inventory_quantity(variant, info) for variant in _variants(source, info))


@resolver("Product.tracksInventory")
def tracks_inventory(source, info):
    shop = info.context.shop
    return any(
        shop.get(variant["inventoryItem"])["tracked"]
        for variant in _variants(source, info)
    )


@resolver("ProductVariant.inventoryQuantity", "ProductVariant.sellableOnlineQuantity")
def inventory_quantity(source, info):
    return totals(info.context.shop, source["inventoryItem"])["available"]


@resolver("ProductVariant.availableForSale")
def available_for_sale(source, info):
    tracked = info.context.shop.get(source["inventoryItem"])["tracked"]
    return (
        not tracked
        or source["inventoryPolicy"] == "CONTINUE"
        or inventory_quantity(source, info) > 0
    )


@resolver("ProductVariant.displayName")
def display_name(source, info):
    return f"{info.context.shop.get(source['product'])['title']} - {source['title']}"
