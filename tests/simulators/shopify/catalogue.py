"""Load products into a shop."""

from .inventory_state import level, new_item


def add_product(shop, spec):
    """Create a product with its variants, inventory items and levels.

    :param spec: {title, handle?, status?, vendor?, product_type?, tags?, gift_card?,
        options?: [{name, values}], variants: [variant spec]}; a variant: {sku,
        barcode?, price, options?: {name: value}, taxable?, tracked?,
        requires_shipping?, policy?: DENY|CONTINUE, cost?, weight_kg?, stock?: {location
        name: quantity} | quantity}
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
