"""Control actions: everything that changes the simulated world from outside the API."""

from . import catalogue, ordering, prices as price_state, shop_info
from .inventory_state import change, level, quantity


def webhook_faults(simulator, **settings):
    """Set the delivery faults; see `delivery.Courier`."""
    simulator.courier.configure(**settings)
    return simulator.courier.faults


def create_shop(simulator, name, settings=None, app=None, locations=("Main",)):
    """Create a shop with an app and locations."""
    shop = simulator.create_shop(name, settings=settings, app=app)
    made = [shop_info.add_location(shop, place) for place in locations]
    app = next(iter(shop.apps.values()))
    return {
        "name": name,
        "domain": shop.domain,
        "app": app,
        "locations": {one["name"]: one["id"] for one in made},
    }


def change_settings(simulator, shop, **settings):
    """Change settings of a shop (`state.DEFAULT_SETTINGS`)."""
    shop.settings.update(settings)
    return shop.settings


def expire_tokens(simulator, shop):
    """End all client-credentials tokens; static ones stay."""
    with shop.lock:
        shop.tokens = {
            token: one for token, one in shop.tokens.items() if one["expires"] is None
        }
        shop.touch()
    return {}


def uninstall(simulator, shop):
    """Uninstall the app: tokens end, its subscriptions go, APP_UNINSTALLED is sent."""
    with shop.lock:
        shop.emit("APP_UNINSTALLED", {"id": f"gid://shopify/Shop/{shop.ordinal + 1}"})
        shop.tokens = {}
        shop.settings["installed"] = False
        for node in shop.all("WebhookSubscription"):
            shop.remove(node["id"])
    return {}


def install(simulator, shop):
    """Install the app again; static tokens do not come back."""
    shop.settings["installed"] = True
    return {}


def set_scopes(simulator, shop, scopes):
    """Replace the access scopes of the shop's app (space separated)."""
    app = next(iter(shop.apps.values()))
    app["scopes"] = sorted(scopes.replace(",", " ").split())
    return app


def add_location(simulator, shop, **spec):
    return shop_info.add_location(shop, **spec)


def set_location(simulator, shop, location, active):
    """Activate or deactivate a location (its name) as a merchant does in the admin."""
    with shop.lock:
        node = next(one for one in shop.all("Location") if one["name"] == location)
        node.update(isActive=active, hasActiveInventory=active)
        shop.touch(node)
    return {}


def load_catalogue(simulator, shop, products=0, items=(), **options):
    """Create `products` plain products, and those of the list `items`."""
    with shop.lock:
        made = (
            catalogue.load_catalogue(shop, int(products), **options) if products else []
        )
        for spec in items:
            made += [
                shop.get(gid) for gid in catalogue.add_product(shop, spec)["variants"]
            ]
    return {"variants": [_variant(one) for one in made]}


def _variant(node):
    return {
        "id": node["id"],
        "sku": node["sku"],
        "item": node["inventoryItem"],
        "product": node["product"],
    }


def add_product(simulator, shop, **spec):
    with shop.lock:
        return load_catalogue(simulator, shop, items=[spec])


def change_variant(simulator, shop, sku, title=None, **values):
    """Change a variant as a merchant does in the admin.

    :param sku: its present one. :param title: of its product. :param values: `price`,
        `barcode`, `sku_there` (the new SKU)
    """
    with shop.lock:
        node = next(one for one in shop.all("ProductVariant") if one["sku"] == sku)
        product = shop.get(node["product"])
        if "sku_there" in values:
            values["sku"] = values.pop("sku_there")
        node.update(values)
        product["title"] = title or product["title"]
        shop.touch(node)
        shop.touch(product)
        shop.emit("PRODUCTS_UPDATE", product)
    return _variant(node)


def add_price_list(
    simulator, shop, name, currency="EUR", catalog="MarketCatalog", factor="1"
):
    """Make a price list with its catalogue; `factor` is what its relative prices are of
    the shop's own."""
    with shop.lock:
        node = price_state.add_price_list(
            shop, name, currency, catalog=catalog, factor=factor
        )
    return {"id": node["id"]}


def set_price(simulator, shop, sku, price, compare_at=None):
    """Change a price as a merchant in the admin."""
    with shop.lock:
        variant = next(one for one in shop.all("ProductVariant") if one["sku"] == sku)
        variant.update(price=price, compareAtPrice=compare_at)
        shop.touch(variant)
        shop.emit("PRODUCTS_UPDATE", shop.get(variant["product"]))
    return {"id": variant["id"]}


def delete_product(simulator, shop, id):
    """Delete a product and its variants; lines of old orders keep title and SKU
    only."""
    with shop.lock:
        node = shop.get(id)
        for gid in node["variants"]:
            item = shop.get(gid)["inventoryItem"]
            for one in shop.get(item)["levels"]:
                shop.remove(one)
            shop.remove(item)
            shop.remove(gid)
        shop.remove(id)
        shop.emit("PRODUCTS_DELETE", node)
    return {}


def set_stock(simulator, shop, sku, available, location=None):
    """Set the available units of a SKU as a merchant does in the admin."""
    with shop.lock:
        variant = next(
            one for one in shop.all("ProductVariant") if sku in (one["sku"], one["id"])
        )
        places = [
            one
            for one in shop.all("Location")
            if location in (None, one["id"], one["name"])
        ]
        node = level(shop, variant["inventoryItem"], places[0]["id"], create=True)
        change(shop, node, available=int(available) - quantity(node, "available"))
    return {}


def place_orders(simulator, shop, items=None, **spec):
    """Place one order (an object) or many (a list); see README.md, "Order spec"."""
    placed = [
        ordering.place(shop, one) for one in (items if items is not None else [spec])
    ]
    return {"orders": [{"id": one["id"], "name": one["name"]} for one in placed]}


def send_webhook(simulator, shop, topic, payload, event_id="manual"):
    """Send any payload to the subscriptions of a topic: unknown topics, missing fields,
    huge bodies."""
    found = [
        one for one in shop.all("WebhookSubscription") if one["topic"] == topic
    ] or shop.all("WebhookSubscription")
    for subscription in found[:1] if found and found[0]["topic"] != topic else found:
        simulator.courier.send(
            shop, {**subscription, "topic": topic}, payload, event_id
        )
    return {"sent": len(found)}
