"""Products, variants, options: reading, searching, and loading a catalogue."""

from .inventory_state import level, new_item, totals
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


def add_product(shop, spec):
    """Create a product with its variants, inventory items and levels.

    :param spec: {title, handle?, status?, vendor?, product_type?, tags?, gift_card?, options?: [{name, values}],
        variants: [variant spec]}; a variant: {sku, barcode?, price, options?: {name: value}, taxable?, tracked?,
        requires_shipping?, policy?: DENY|CONTINUE, cost?, weight_kg?, stock?: {location name: quantity} | quantity}
    :return: the product node
    """
    title = spec["title"]
    options = spec.get("options") or [{"name": "Title", "values": ["Default Title"]}]
    node = shop.add(
        "Product",
        {
            "title": title,
            "handle": spec.get("handle") or "-".join(title.lower().split()),
            "status": spec.get("status", "ACTIVE"),
            "descriptionHtml": spec.get("description", f"<p>{title}</p>"),
            "productType": spec.get("product_type", ""),
            "vendor": spec.get("vendor", shop.name),
            "tags": spec.get("tags", []),
            "isGiftCard": spec.get("gift_card", False),
            "hasOnlyDefaultVariant": not spec.get("options"),
            "publishedAt": shop.clock.iso(),
            "options": [
                _option(shop, option, place) for place, option in enumerate(options, 1)
            ],
            "variants": [],
        },
    )
    for position, variant in enumerate(spec["variants"], 1):
        node["variants"].append(_add_variant(shop, node, variant, position)["id"])
    shop.emit("PRODUCTS_CREATE", node)
    return node


def _option(shop, option, position):
    values = [
        {
            "id": f"gid://shopify/ProductOptionValue/{shop.next_id()}",
            "name": value,
            "hasVariants": True,
        }
        for value in option["values"]
    ]
    return {
        "id": f"gid://shopify/ProductOption/{shop.next_id()}",
        "name": option["name"],
        "position": position,
        "values": option["values"],
        "optionValues": values,
    }


def _add_variant(shop, product_node, spec, position):
    chosen = spec.get("options") or {"Title": "Default Title"}
    node = shop.add(
        "ProductVariant",
        {
            "product": product_node["id"],
            "sku": spec.get("sku"),
            "barcode": spec.get("barcode"),
            "title": " / ".join(chosen.values()),
            "position": position,
            "price": str(spec["price"]),
            "compareAtPrice": spec.get("compare_at_price"),
            "taxable": spec.get("taxable", True),
            "inventoryPolicy": spec.get("policy", "DENY"),
            "requiresComponents": spec.get("requires_components", False),
            "selectedOptions": [
                {"name": name, "value": value} for name, value in chosen.items()
            ],
        },
    )
    gift_card = product_node["isGiftCard"]
    tracked = spec.get("tracked", not gift_card)
    ships = spec.get("requires_shipping", not gift_card)
    item = new_item(
        shop,
        node,
        tracked=tracked,
        ships=ships,
        cost=spec.get("cost"),
        weight=spec.get("weight_kg"),
    )
    node["inventoryItem"] = item["id"]
    stock = spec.get("stock", 0)
    places = [place for place in shop.all("Location") if place["isActive"]]
    for index, place in enumerate(places):
        if isinstance(stock, dict):
            if place["name"] in stock:
                level(shop, item["id"], place["id"], create=True)["available"] = stock[
                    place["name"]
                ]
        elif index == 0:
            level(shop, item["id"], place["id"], create=True)["available"] = stock
    return node


def load_catalogue(
    shop, products_count, *, variants_each=1, stock=100, prefix="SIM", price="19.90"
):
    """Create many plain products.

    :param products_count: number of products
    :param stock: available units of every variant at the first location
    :return: list of variant nodes
    """
    made = []
    for number_ in range(1, products_count + 1):
        sizes = [f"Size {place}" for place in range(1, variants_each + 1)]
        variants = [
            {
                "sku": f"{prefix}-{number_:05d}"
                + (f"-{place}" if variants_each > 1 else ""),
                "barcode": f"40{shop.ordinal:02d}{number_:06d}{place:02d}",
                "price": price,
                "stock": stock,
                "options": {"Size": size} if variants_each > 1 else None,
            }
            for place, size in enumerate(sizes, 1)
        ]
        spec = {"title": f"{prefix} product {number_:05d}", "variants": variants}
        if variants_each > 1:
            spec["options"] = [{"name": "Size", "values": sizes}]
        made.extend(shop.get(gid) for gid in add_product(shop, spec)["variants"])
    return made
