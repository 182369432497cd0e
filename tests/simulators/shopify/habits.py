"""What a client must survive without expecting it: allowed by the schema, unlike the
usual answer.

`reorder`: lists without an order of their own come backwards. `nulls`: nullable lists
and counts are null. `extensions`: unknown keys beside the cost.
"""

REORDERED = frozenset(
    {
        "AppInstallation.accessScopes",
        "FulfillmentOrder.supportedActions",
        "InventoryLevel.quantities",
        "LineItem.discountAllocations",
        "LineItem.taxLines",
        "Order.fulfillments",
        "Order.taxLines",
        "Order.transactions",
        "ShippingLine.taxLines",
    }
)
NULLED = frozenset(
    {
        "InventoryItem.locationsCount",
        "Order.fulfillmentsCount",
        "Order.transactionsCount",
        "Product.variantsCount",
        "Refund.duties",
    }
)
NOVELTY = {"novelty": {"since": "2027-01", "items": []}}


def guard(path, resolve):
    """Return the resolver with the habits of the shop in it."""
    if path in REORDERED:
        return lambda source, info, **arguments: _backwards(
            info, resolve(source, info, **arguments)
        )
    if path in NULLED:
        return lambda source, info, **arguments: (
            None if _has(info, "nulls") else resolve(source, info, **arguments)
        )
    return resolve


def _has(info, habit):
    return habit in info.context.shop.settings["habits"]


def _backwards(info, found):
    return found[::-1] if _has(info, "reorder") else found


def extend(shop, extensions):
    """Add unknown keys to the extensions of an answer."""
    if "extensions" in shop.settings["habits"]:
        extensions.update(NOVELTY)
