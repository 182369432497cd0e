"""Totals of an order before and after removals and refunds, in presentment currency."""

from decimal import Decimal

from ..amounts import ZERO
from .money import presentment
from .pricing import portion


def lines(shop, order):
    return [shop.get(gid) for gid in order["lines"]]


def tax_of(line):
    """Return the whole tax of a line item or shipping line."""
    return sum((presentment(tax["priceSet"]) for tax in line["taxLines"]), ZERO)


def reductions(shop, order):
    """Return every removal and refund of units: dicts with line, quantity, subtotal,
    tax (Decimal)."""
    found = list(order["removals"])
    for refund in (shop.get(gid) for gid in order["refunds"]):
        found.extend(refund["reductions"])
    return [
        {**one, "subtotal": Decimal(one["subtotal"]), "tax": Decimal(one["tax"])}
        for one in found
    ]


def current_quantity(shop, line):
    """Return units ordered less removed and refunded ones."""
    order = shop.get(line["order"])
    return line["quantity"] - sum(
        one["quantity"] for one in reductions(shop, order) if one["line"] == line["id"]
    )


def reduction(shop, line, quantity):
    """Return what taking `quantity` units out of a line is worth; amounts as text, to
    be stored."""
    currency = shop.get(line["order"])["presentmentCurrencyCode"]
    done = line["quantity"] - current_quantity(shop, line)
    share = [
        portion(amount, done, quantity, line["quantity"], currency)
        for amount in (Decimal(line["discountedAll"]), tax_of(line))
    ]
    return {
        "line": line["id"],
        "quantity": quantity,
        "subtotal": str(share[0]),
        "tax": str(share[1]),
    }


def summary(shop, order):
    """Return {subtotal, discounts, shipping, tip, tax, fees, duties, total}, before
    returns."""
    items = lines(shop, order)
    shipping = [one for one in order["shippingLines"] if not one["isRemoved"]]
    tips = (Decimal(line["discountedAll"]) for line in items if line["kind"] == "tip")
    tip = sum(tips, Decimal(order["bareTip"]))
    found = {
        "subtotal": sum(
            (Decimal(line["discountedAll"]) for line in items if line["kind"] != "tip"),
            ZERO,
        ),
        "discounts": sum(
            (
                presentment(one["allocatedAmountSet"])
                for holder in (*items, *shipping)
                for one in holder["discountAllocations"]
            ),
            ZERO,
        ),
        "shipping": sum(
            (presentment(one["discountedPriceSet"]) for one in shipping), ZERO
        ),
        "tip": tip,
        "tax": sum((tax_of(one) for one in (*items, *shipping)), ZERO),
        "fees": Decimal(order["fees"]),
        "duties": Decimal(order["duties"]),
    }
    found["total"] = sum(
        (found[key] for key in ("subtotal", "shipping", "tip", "fees", "duties")), ZERO
    )
    if not order["taxesIncluded"]:
        found["total"] += found["tax"]
    return found


def current(shop, order):
    """Return the same figures after removals and refunds; `discounts` stays in
    proportion to the units left."""
    found = summary(shop, order)
    taken = reductions(shop, order)
    for one in taken:
        found["tip" if shop.get(one["line"])["kind"] == "tip" else "subtotal"] -= one[
            "subtotal"
        ]
        found["tax"] -= one["tax"]
        found["total"] -= (
            one["subtotal"] if order["taxesIncluded"] else one["subtotal"] + one["tax"]
        )
    for refund in (shop.get(gid) for gid in order["refunds"]):
        for one in refund["refundShippingLines"]:
            amount, tax = (
                presentment(one["subtotalAmountSet"]),
                presentment(one["taxAmountSet"]),
            )
            found["shipping"] -= amount
            found["tax"] -= tax
            found["total"] -= amount if order["taxesIncluded"] else amount + tax
        for one in refund["duties"]:
            amount = presentment(one["amountSet"])
            found["duties"] -= amount
            found["total"] -= amount
    if order["cancelledAt"]:
        for key in ("tip", "fees", "duties"):
            found["total"] -= found[key]
            found[key] = ZERO
    currency = order["presentmentCurrencyCode"]
    for line in lines(shop, order):
        gone = sum(one["quantity"] for one in taken if one["line"] == line["id"])
        for allocation in line["discountAllocations"]:
            amount = presentment(allocation["allocatedAmountSet"])
            found["discounts"] -= portion(amount, 0, gone, line["quantity"], currency)
    return found


def current_total(shop, order):
    return current(shop, order)["total"]
