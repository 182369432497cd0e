"""Inventory items, levels and the quantity mutations with their rules (fact sheet, section 5)."""

from .errors import bad_request, invalid_arguments, not_found, user_error
from .idempotency import idempotent
from .inventory_state import NAMES, ON_HAND, change, level, quantity
from .lookup import by_id, listing
from .paging import connection
from .registry import resolver
from .search import exact, number, ordered, tokens

MAX_ROWS = 250
MAX_QUANTITY = 1_000_000_000
REASONS = {
    "correction",
    "cycle_count_available",
    "damaged",
    "movement_created",
    "movement_updated",
    "movement_received",
    "movement_canceled",
    "other",
    "promotion",
    "quality_control",
    "received",
    "reservation_created",
    "reservation_deleted",
    "reservation_updated",
    "restock",
    "safety_stock",
    "shrinkage",
}
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


@resolver("Mutation.inventorySetQuantities")
@idempotent
def set_quantities(_source, info, input):
    """Set absolute quantities: all rows or none, compare-and-set per row, 250 rows at most."""
    shop, rows, name = info.context.shop, input["quantities"], input["name"]
    _require_change_from("InventoryQuantityInput", rows)
    problems = _document_problems(input) + _row_problems(shop, rows, name, "quantities")
    if name not in ("available", "on_hand"):
        problems.append(
            user_error(
                "The quantity name must be available or on_hand.",
                ["input", "name"],
                "INVALID_NAME",
            )
        )
    for index, row in enumerate(rows):
        where = ["input", "quantities", str(index), "quantity"]
        if row["quantity"] < 0:
            problems.append(
                user_error(
                    "The quantity can't be negative.",
                    where,
                    "INVALID_QUANTITY_NEGATIVE",
                )
            )
        elif row["quantity"] > MAX_QUANTITY:
            problems.append(
                user_error(
                    "The quantity is too high.", where, "INVALID_QUANTITY_TOO_HIGH"
                )
            )
    problems = problems or _spurious(info.context.fault, rows)
    if problems:
        return {"inventoryAdjustmentGroup": None, "userErrors": problems}
    moves = []
    for row in rows:
        node = level(shop, row["inventoryItemId"], row["locationId"], create=True)
        moves.append((node, row["quantity"] - quantity(node, name), None))
    return {
        "inventoryAdjustmentGroup": _apply(shop, input, name, moves, info),
        "userErrors": [],
    }


@resolver("Mutation.inventoryAdjustQuantities")
@idempotent
def adjust_quantities(_source, info, input):
    """Add deltas to quantities: all rows or none."""
    shop, rows, name = info.context.shop, input["changes"], input["name"]
    _require_change_from("InventoryChangeInput", rows)
    problems = _document_problems(input) + _row_problems(shop, rows, name, "changes")
    if name not in NAMES or name == "on_hand":
        problems.append(
            user_error(
                "The quantity name is invalid.",
                ["input", "name"],
                "INVALID_QUANTITY_NAME",
            )
        )
    for index, row in enumerate(rows):
        where, ledger = (
            ["input", "changes", str(index), "ledgerDocumentUri"],
            row.get("ledgerDocumentUri"),
        )
        if name == "available" and ledger:
            problems.append(
                user_error(
                    "No ledger document for available.",
                    where,
                    "INVALID_AVAILABLE_DOCUMENT",
                )
            )
        elif name != "available" and not ledger:
            problems.append(
                user_error(
                    "A ledger document is required.", where, "INVALID_QUANTITY_DOCUMENT"
                )
            )
        elif ledger and ledger.startswith("gid://shopify/"):
            problems.append(
                user_error(
                    "The ledger document is internal.",
                    where,
                    "INTERNAL_LEDGER_DOCUMENT",
                )
            )
    if problems:
        return {"inventoryAdjustmentGroup": None, "userErrors": problems}
    moves = [
        (
            level(shop, row["inventoryItemId"], row["locationId"], create=True),
            row["delta"],
            row.get("ledgerDocumentUri"),
        )
        for row in rows
    ]
    return {
        "inventoryAdjustmentGroup": _apply(shop, input, name, moves, info),
        "userErrors": [],
    }


def _require_change_from(type_name, rows):
    """Refuse rows that leave `changeFromQuantity` out; null must be written (contract README)."""
    if len(rows) > MAX_ROWS:
        raise bad_request(
            f"The input array size of {len(rows)} is greater than the maximum allowed of {MAX_ROWS}."
        )
    if any("changeFromQuantity" not in row for row in rows):
        raise invalid_arguments(
            f"{type_name} must include the following argument: changeFromQuantity."
        )


def _document_problems(data):
    problems = []
    if data["reason"] not in REASONS:
        problems.append(
            user_error("The reason is invalid.", ["input", "reason"], "INVALID_REASON")
        )
    reference = data.get("referenceDocumentUri")
    if reference is not None and "://" not in reference:
        where = ["input", "referenceDocumentUri"]
        problems.append(
            user_error(
                "The reference document URI is invalid.",
                where,
                "INVALID_REFERENCE_DOCUMENT",
            )
        )
    return problems


def _row_problems(shop, rows, name, key):
    problems, seen = [], {}
    for index, row in enumerate(rows):
        where = ["input", key, str(index)]
        item, place = shop.get(row["inventoryItemId"]), shop.get(row["locationId"])
        pair = (row["inventoryItemId"], row["locationId"])
        if pair in seen and key == "quantities":
            code = "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"
            problems.append(
                user_error(
                    "The item and location occur twice.", [*where, "locationId"], code
                )
            )
        seen[pair] = index
        if item is None:
            message = "The specified inventory item could not be found."
            problems.append(
                user_error(
                    message, [*where, "inventoryItemId"], "INVALID_INVENTORY_ITEM"
                )
            )
        elif any(
            (shop.get(gid) or {}).get("requiresComponents") for gid in item["variants"]
        ):
            message = "The inventory of a bundle can't be changed."
            problems.append(
                user_error(
                    message, [*where, "inventoryItemId"], "NON_MUTABLE_INVENTORY_ITEM"
                )
            )
        if place is None:
            message = "The specified location could not be found."
            problems.append(
                user_error(message, [*where, "locationId"], "INVALID_LOCATION")
            )
        if item and place and name in NAMES and row["changeFromQuantity"] is not None:
            node = level(shop, item["id"], place["id"])
            have = quantity(node, name) if node else 0
            if have != row["changeFromQuantity"]:
                problems.append(_stale(where))
    return problems


def _spurious(fault, rows):
    """Return stale errors for rows that were changed and changed back meanwhile (fault `stale_rows`)."""
    if fault is None or fault.fault != "stale_rows":
        return []
    guarded = [
        index for index, row in enumerate(rows) if row["changeFromQuantity"] is not None
    ]
    wanted = fault.options.get("rows", 2)
    return [
        _stale(["input", "quantities", str(index)]) for index in guarded[::-1][:wanted]
    ]


def _stale(where):
    message = (
        "The changeFromQuantity argument no longer matches the persisted quantity."
    )
    return user_error(
        message, [*where, "changeFromQuantity"], "CHANGE_FROM_QUANTITY_STALE"
    )


def _apply(shop, data, name, moves, info):
    """Apply the moves, announce every level that changed, and return the adjustment group; none changed: null."""
    changes = []
    for node, delta, ledger in moves:
        if not delta:
            continue
        change(shop, node, **{name: delta})
        names = (
            (name,)
            if name == "incoming"
            else ("available", "on_hand")
            if name == "on_hand"
            else (name, "on_hand")
        )
        for changed in names:
            changes.append(
                {
                    "name": changed,
                    "delta": delta,
                    "quantityAfterChange": quantity(node, changed),
                    "ledgerDocumentUri": ledger,
                    "item": node["item"],
                    "location": node["location"],
                }
            )
    if not changes:
        return None
    return shop.add(
        "InventoryAdjustmentGroup",
        {
            "reason": data["reason"],
            "referenceDocumentUri": data.get("referenceDocumentUri"),
            "app": {
                "id": "gid://shopify/App/1",
                "title": info.context.app["client_id"],
                "handle": None,
            },
            "changes": changes,
        },
    )


@resolver("InventoryAdjustmentGroup.changes")
def changes_of_group(
    source, _info, inventoryItemIds=None, locationIds=None, quantityNames=None
):
    return [
        row
        for row in source["changes"]
        if (inventoryItemIds is None or row["item"] in inventoryItemIds)
        and (locationIds is None or row["location"] in locationIds)
        and (quantityNames is None or row["name"] in quantityNames)
    ]


@resolver("Mutation.inventoryActivate")
@idempotent
def activate(_source, info, inventoryItemId, locationId, available=None, onHand=None):
    """Stock an item at a location; since 2026-04 earlier quantities stay unless new ones are given."""
    shop = info.context.shop
    for gid, field in (
        (inventoryItemId, "inventoryItemId"),
        (locationId, "locationId"),
    ):
        if shop.get(gid) is None:
            return {
                "inventoryLevel": None,
                "userErrors": [user_error("Not found.", [field])],
            }
    node = level(shop, inventoryItemId, locationId, create=True)
    node["isActive"] = True
    if available is not None:
        change(shop, node, available=available - node["available"])
    elif onHand is not None:
        change(shop, node, on_hand=onHand - quantity(node, "on_hand"))
    return {"inventoryLevel": node, "userErrors": []}


@resolver("Mutation.inventoryItemUpdate")
def item_update(_source, info, id, input):
    shop = info.context.shop
    node = by_id(info, id, "InventoryItem")
    if node is None:
        raise not_found(id)
    for key in (
        "tracked",
        "requiresShipping",
        "sku",
        "harmonizedSystemCode",
        "countryCodeOfOrigin",
    ):
        if key in input:
            node[key] = input[key]
    if "cost" in input:
        node["unitCost"] = {
            "amount": str(input["cost"]),
            "currencyCode": shop.settings["currency"],
        }
    if "sku" in input:
        for gid in node["variants"]:
            shop.get(gid)["sku"] = input["sku"]
    shop.touch(node)
    return {"inventoryItem": node, "userErrors": []}
