"""An order as a caller may see it: data that was asked for, roles, status (fact sheet,
sections 2 and 4)."""

import copy

from .order_state import by_amazon, status

ORDER_DATA = {
    "BUYER": "buyer",
    "RECIPIENT": "recipient",
    "PROCEEDS": "proceeds",
    "FULFILLMENT": "fulfillment",
    "PACKAGES": "packages",
    "TAX": "tax",
    "PAYMENT": "payment",
}
ITEM_DATA = {
    "PROCEEDS": "proceeds",
    "EXPENSE": "expense",
    "PROMOTION": "promotion",
    "CANCELLATION": "cancellation",
    "FULFILLMENT": "fulfillment",
    "TAX": "tax",
}
PENDING = ("PENDING", "PENDING_AVAILABILITY")
# What is left of an address that Amazon ships to
PUBLIC = ("city", "stateOrRegion", "postalCode", "countryCode")


def view(seller, order, wanted):
    """Return the order as it is answered.

    :param wanted: values of `includedData`
    """
    seen = copy.deepcopy({k: v for k, v in order.items() if not k.startswith("_")})
    _hide(seller, seen)
    for name, key in ORDER_DATA.items():
        if name not in wanted or not seen.get(key):
            seen.pop(key, None)
    for item in seen["orderItems"]:
        for name, key in ITEM_DATA.items():
            if name not in wanted:
                item.pop(key, None)
        for key in [key for key in item if key.startswith("_")]:
            del item[key]
    return seen


def _hide(seller, seen):
    """Take away what the app has no role for, and what is not known yet."""
    roles, pending = seller.settings["roles"], status(seen) in PENDING
    if pending or status(seen) == "CANCELLED" or "delivery" not in roles:
        seen.pop("recipient", None)
    elif by_amazon(seen):
        address = seen["recipient"]["deliveryAddress"]
        kept = {key: address[key] for key in PUBLIC if key in address}
        seen["recipient"] = {"deliveryAddress": kept}
    buyer = seen.get("buyer", {})
    if pending or "tax" not in roles:
        buyer.pop("buyerName", None)
        seen.pop("tax", None)
    if pending or "delivery" not in roles or by_amazon(seen):
        buyer.pop("buyerEmail", None)
    if by_amazon(seen):
        seen.pop("packages", None)
    if pending and not seller.settings["pending_prices"]:
        seen.pop("proceeds", None)
        for item in seen["orderItems"]:
            item["product"].pop("price", None)
            item.pop("proceeds", None)
