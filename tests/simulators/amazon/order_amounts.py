"""Amounts of an order that loses units."""

from ..amounts import rounded
from .money import amount, money


def reduce(order, item, gone):
    """Take units off an item: its amounts shrink in proportion, the order's by the
    difference."""
    before = item["quantityOrdered"]
    item["quantityOrdered"] = before - gone
    proceeds = item["proceeds"]
    old = amount(proceeds["proceedsTotal"])
    for row in proceeds["breakdowns"]:
        row["subtotal"] = _part(row["subtotal"], before - gone, before)
        for detail in row.get("detailedBreakdowns", ()):
            detail["value"] = _part(detail["value"], before - gone, before)
    currency = proceeds["proceedsTotal"]["currencyCode"]
    signs = {"DISCOUNT": -1}
    new = sum(
        signs.get(row["type"], 1) * abs(amount(row["subtotal"]))
        for row in proceeds["breakdowns"]
    )
    proceeds["proceedsTotal"] = money(new, currency)
    total = amount(order["proceeds"]["grandTotal"]) - old + new
    order["proceeds"]["grandTotal"] = money(total, currency)


def _part(given, left, whole):
    currency = given["currencyCode"]
    return money(rounded(amount(given) * left / whole, currency), currency)
