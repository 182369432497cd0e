"""Inventory items and levels as the API shows them (fact sheet, section 5)."""

from .errors import bad_request
from .inventory_state import NAMES, ON_HAND, level, quantity
from .lookup import by_id, listing
from .paging import connection
from .registry import resolver
from .search import exact, number, ordered, tokens

ITEM_FIELDS = {
    "id": number(lambda node: node["legacyResourceId"]),
    "sku": tokens(lambda node: node["sku"]),
    "default": tokens(lambda node: node["sku"]),
    "tracked": exact(lambda node: str(node["tracked"])),
    "created_at": ordered(lambda node: node["createdAt"]),
    "updated_at": ordered(lambda node: node["updatedAt"]),
}


@resolver("QueryRoot.inventoryItem")
def inventory_item(_source, info, id):
    return by_id(info, id, "InventoryItem")


@resolver("QueryRoot.inventoryItems")
def inventory_items(_source, info, **page):
    return listing(
        info, info.context.shop.all("InventoryItem"), ITEM_FIELDS, {}, **page
    )


@resolver("QueryRoot.inventoryLevel")
def inventory_level(_source, info, id):
    return by_id(info, id, "InventoryLevel")


@resolver("QueryRoot.inventoryProperties")
def inventory_properties(_source, _info):
    return {
        "quantityNames": [
            {
                "name": name,
                "displayName": name.replace("_", " ").capitalize(),
                "isInUse": True,
                "belongsTo": ["on_hand"] if name in ON_HAND else [],
                "comprises": list(ON_HAND) if name == "on_hand" else [],
            }
            for name in NAMES
        ]
    }


@resolver("InventoryItem.inventoryLevels")
def levels_of_item(source, info, includeInactive=False, query=None, **page):
    nodes = [info.context.shop.get(gid) for gid in source["levels"]]
    return connection(
        info, [node for node in nodes if includeInactive or node["isActive"]], **page
    )


@resolver("InventoryItem.inventoryLevel")
def level_of_item(source, info, locationId, includeInactive=False):
    node = level(info.context.shop, source["id"], locationId)
    return node if node and (includeInactive or node["isActive"]) else None


@resolver("InventoryItem.locationsCount")
def locations_count(source, _info):
    return {"count": len(source["levels"]), "precision": "EXACT"}


@resolver("InventoryItem.duplicateSkuCount")
def duplicate_sku_count(source, info):
    items = info.context.shop.all("InventoryItem")
    return sum(
        1
        for node in items
        if source["sku"] and node["sku"] == source["sku"] and node is not source
    )


@resolver("Location.inventoryLevels")
def levels_of_location(source, info, includeInactive=False, query=None, **page):
    nodes = [
        node
        for node in info.context.shop.all("InventoryLevel")
        if node["location"] == source["id"]
    ]
    return connection(
        info, [node for node in nodes if includeInactive or node["isActive"]], **page
    )


@resolver("Location.inventoryLevel")
def level_of_location(source, info, inventoryItemId, includeInactive=False):
    node = level(info.context.shop, inventoryItemId, source["id"])
    return node if node and (includeInactive or node["isActive"]) else None


@resolver("InventoryLevel.canDeactivate")
def can_deactivate(source, _info):
    return source["committed"] == 0


@resolver("InventoryLevel.quantities")
def quantities(source, _info, names):
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise bad_request(f"Invalid quantity names: {', '.join(unknown)}")
    return [
        {
            "id": f"gid://shopify/InventoryQuantity/{source['id'].split('/')[-1]}&name={name}",
            "name": name,
            "quantity": quantity(source, name),
            "updatedAt": source["updatedAt"],
        }
        for name in names
    ]
