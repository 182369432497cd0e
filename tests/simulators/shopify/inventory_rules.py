"""What is wrong with a quantity mutation, row by row (fact sheet, section 5)."""

from .errors import invalid_arguments, too_many, user_error
from .inventory_state import NAMES, level, quantity

MAX_ROWS = 250


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


def require_change_from(type_name, rows):
    """Refuse rows that leave `changeFromQuantity` out; null must be written (contract
    README)."""
    if len(rows) > MAX_ROWS:
        raise too_many(len(rows), MAX_ROWS)
    if any("changeFromQuantity" not in row for row in rows):
        raise invalid_arguments(
            f"{type_name} must include the following argument: changeFromQuantity."
        )


def document_problems(data):
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


def row_problems(shop, rows, name, key):
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


def spurious(fault, rows):
    """Return stale errors for rows that were changed and changed back meanwhile (fault
    `stale_rows`)."""
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
