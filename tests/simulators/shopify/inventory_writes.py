"""The quantity mutations and their rules (fact sheet, section 5)."""

from .errors import not_found, user_error
from .idempotency import idempotent
from .inventory_rules import (
    document_problems,
    require_change_from,
    row_problems,
    spurious,
)
from .inventory_state import NAMES, change, level, quantity
from .lookup import by_id
from .registry import resolver

MAX_QUANTITY = 1_000_000_000


@resolver("Mutation.inventorySetQuantities")
@idempotent
def set_quantities(_source, info, input):
    """Set absolute quantities: all rows or none, compare-and-set per row, 250 rows at
    most."""
    shop, rows, name = info.context.shop, input["quantities"], input["name"]
    require_change_from("InventoryQuantityInput", rows)
    problems = document_problems(input) + row_problems(shop, rows, name, "quantities")
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
    problems = problems or spurious(info.context.fault, rows)
    if problems:
        return {"inventoryAdjustmentGroup": None, "userErrors": problems}
    moves = []
    for row in rows:
        node = _level(shop, row)
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
    require_change_from("InventoryChangeInput", rows)
    problems = document_problems(input) + row_problems(shop, rows, name, "changes")
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
        (_level(shop, row), row["delta"], row.get("ledgerDocumentUri")) for row in rows
    ]
    return {
        "inventoryAdjustmentGroup": _apply(shop, input, name, moves, info),
        "userErrors": [],
    }


def _level(shop, row):
    """The level of a row; where the item is not stocked yet it takes quantities, but is
    not sold from until it is activated."""
    item, place = row["inventoryItemId"], row["locationId"]
    return level(shop, item, place, create=True, active=False)


def _apply(shop, data, name, moves, info):
    """Apply the moves, announce every level that changed, and return the adjustment
    group; none changed: null."""
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
    """Stock an item at a location; since 2026-04 earlier quantities stay unless new
    ones are given."""
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
