"""Quantities of inventory items at locations and how events move them (fact sheet,
section 5)."""

from .state import digits

STATES = (
    "available",
    "committed",
    "reserved",
    "damaged",
    "safety_stock",
    "quality_control",
)
ON_HAND = (
    STATES  # on_hand is the sum of these: available = on_hand - committed - the others
)
NAMES = (*STATES, "on_hand", "incoming")


def new_item(shop, variant, *, tracked=True, ships=True, cost=None, weight=None):
    """Create the inventory item of a variant.

    :param cost: decimal text in shop currency
    :param weight: kilograms
    """
    price = (
        {"amount": str(cost), "currencyCode": shop.settings["currency"]}
        if cost is not None
        else None
    )
    node = shop.add(
        "InventoryItem",
        {
            "sku": variant["sku"],
            "tracked": tracked,
            "requiresShipping": ships,
            "unitCost": price,
            "harmonizedSystemCode": None,
            "countryCodeOfOrigin": None,
            "variants": [variant["id"]],
            "levels": [],
        },
    )
    node["measurement"] = {
        "id": f"gid://shopify/InventoryItemMeasurement/{node['legacyResourceId']}",
        "weight": {"unit": "KILOGRAMS", "value": float(weight or 0)},
    }
    return node


def level(shop, item_gid, location_gid, *, create=False, active=True):
    """Return the level of an item at a location; None when there is none and `create`
    is false.

    :param active: whether a new level is sold from
    """
    gid = f"gid://shopify/InventoryLevel/{digits(location_gid)}?inventory_item_id={digits(item_gid)}"
    node = shop.get(gid)
    if node or not create:
        return node
    node = shop.put(
        "InventoryLevel",
        {
            "id": gid,
            "item": item_gid,
            "location": location_gid,
            "isActive": active,
            "createdAt": shop.clock.iso(),
            "updatedAt": shop.clock.iso(),
            "incoming": 0,
            **dict.fromkeys(STATES, 0),
        },
    )
    shop.get(item_gid)["levels"].append(gid)
    return node


def quantity(node, name):
    """Return one named quantity of a level."""
    return sum(node[state] for state in ON_HAND) if name == "on_hand" else node[name]


def totals(shop, item_gid):
    """Return the named quantities of an item summed over its active levels."""
    nodes = [shop.get(gid) for gid in shop.get(item_gid)["levels"]]
    return {
        name: sum(quantity(node, name) for node in nodes if node["isActive"])
        for name in NAMES
    }


def change(shop, node, **deltas):
    """Change named quantities of a level and announce it.

    :param deltas: e.g. available=-2, committed=2; changing `on_hand` changes
        `available`
    """
    for name, delta in deltas.items():
        node["available" if name == "on_hand" else name] += delta
    shop.touch(node)
    shop.emit("INVENTORY_LEVELS_UPDATE", node)
