"""Suggested refunds and `refundCreate` (fact sheet, section 9; official schema)."""

from decimal import Decimal

from ..amounts import ZERO
from . import refunds
from .errors import bad_request, user_error
from .fulfilment_state import Refused
from .idempotency import idempotent
from .lookup import by_id
from .money import currencies
from .order_totals import current_quantity, reduction
from .registry import resolver

REASONS = {"OTHER": "REFUND_DISCREPANCY"}


@resolver("Order.suggestedRefund")
def suggested(
    source,
    info,
    refundLineItems=None,
    refundShipping=None,
    shippingAmount=None,
    suggestFullRefund=False,
):
    """What the units and the delivery are worth, and which payments it can go back
    to."""
    shop = info.context.shop
    try:
        quantities, restocks = _units(shop, source, refundLineItems or ())
    except Refused as error:
        raise bad_request(str(error)) from error
    shipping = bool(refundShipping) or Decimal(shippingAmount or 0)
    worth = refunds.worth(shop, source, quantities, shipping)
    found = refunds.refundable(shop, source)
    most = sum((left for _node, left in found), ZERO)
    amount, bags = min(worth, most), currencies(source)
    left, rows = amount, []
    for node, free in found:
        part = min(left, free)
        left -= part
        if free > 0:
            rows.append(_suggestion(bags, node, part, free))
    return {
        "amountSet": bags.bag(amount),
        "maximumRefundableSet": bags.bag(most),
        "subtotalSet": bags.bag(worth),
        "refundLineItems": [
            _row(shop, bags, gid, units, restocks[gid])
            for gid, units in quantities.items()
        ],
        "totalTaxSet": bags.bag(ZERO),
        "shipping": {
            "amountSet": bags.bag(ZERO if shipping is True else Decimal(shipping)),
            "maximumRefundableSet": bags.bag(ZERO),
        },
        "suggestedTransactions": rows,
    }


def _row(shop, bags, gid, units, restock):
    kind, place = restock
    line, worth = shop.get(gid), reduction(shop, shop.get(gid), units)
    return {
        "lineItem": gid,
        "quantity": units,
        "restockType": kind,
        "restocked": kind != "NO_RESTOCK",
        "location": place,
        "priceSet": line["originalUnitPriceSet"],
        "subtotalSet": bags.bag(Decimal(worth["subtotal"])),
        "totalTaxSet": bags.bag(Decimal(worth["tax"])),
    }


def _suggestion(bags, node, part, free):
    return {
        "amountSet": bags.bag(part),
        "gateway": node["gateway"],
        "kind": "SUGGESTED_REFUND",
        "maximumRefundableSet": bags.bag(free),
        "parentTransaction": node["id"],
    }


@resolver("Mutation.refundCreate")
@idempotent
def create(_source, info, input):
    """Refund; without transactions nothing is paid back. The key is compulsory."""
    shop = info.context.shop
    order = by_id(info, input["orderId"], "Order")
    if order is None:
        return _refused("Order does not exist", ["orderId"])
    try:
        quantities, restocks = _units(shop, order, input.get("refundLineItems") or ())
        parts = _parts(shop, order, input)
    except Refused as error:
        return _refused(str(error), error.field)
    shipping = input.get("shipping") or {}
    reason = input.get("discrepancyReason") or "OTHER"
    node = refunds.take_back(
        shop,
        order,
        quantities,
        restock_type="NO_RESTOCK",
        restocks=restocks,
        money=sum((amount for *_source, amount in parts), ZERO),
        shipping=bool(shipping.get("fullRefund"))
        or Decimal(shipping.get("amount") or 0),
        note=input.get("note"),
        parts=parts,
        reason=REASONS.get(reason, reason),
    )
    shop.touch(order)
    shop.emit("ORDERS_UPDATED", order)
    return {"refund": node, "order": order, "userErrors": []}


def _refused(message, field):
    return {"refund": None, "order": None, "userErrors": [user_error(message, field)]}


def _units(shop, order, rows):
    """Return ({line gid: units}, {line gid: (restock type, location gid)}).

    :raises Refused: for lines of other orders, more units than are left, a place that
        is missing (facts, 9), and LEGACY_RESTOCK (official schema)
    """
    quantities, restocks = {}, {}
    for index, row in enumerate(rows):
        field = ["refundLineItems", str(index)]
        line = shop.get(row["lineItemId"])
        if line is None or line["order"] != order["id"]:
            raise Refused("Line item does not belong to the order", field)
        if row["quantity"] > current_quantity(shop, line):
            raise Refused(
                "Quantity cannot refund more items than were purchased", field
            )
        kind = row.get("restockType") or "NO_RESTOCK"
        if kind == "LEGACY_RESTOCK":
            raise Refused("Restock type is not accepted", [*field, "restockType"])
        place = row.get("locationId")
        if kind != "NO_RESTOCK" and shop.get(place or "") is None:
            raise Refused("Location is missing or unknown", [*field, "locationId"])
        quantities[line["id"]] = row["quantity"]
        restocks[line["id"]] = (kind, place)
    return quantities, restocks


def _parts(shop, order, spec):
    """Return [(parent gid, gateway, amount)].

    :raises Refused: for more than was paid, other parents than successful payments, and
        a missing currency (official schema)
    """
    bags = currencies(order)
    if bags.shop != bags.presentment and spec.get("currency") != bags.presentment:
        raise Refused("Currency must be the presentment currency", ["currency"])
    left = {node["id"]: free for node, free in refunds.refundable(shop, order)}
    parts = []
    for index, one in enumerate(spec.get("transactions") or ()):
        field, amount = ["transactions", str(index)], Decimal(one["amount"])
        if one["kind"] != "REFUND" or one["orderId"] != order["id"] or amount <= 0:
            raise Refused("Transaction is not a refund of the order", field)
        parent = one.get("parentId")
        if parent not in left:
            raise Refused("Parent transaction is missing or cannot be refunded", field)
        left[parent] -= amount
        parts.append((parent, one["gateway"], amount))
    if min(left.values(), default=ZERO) < 0 and not spec.get("allowOverRefunding"):
        raise Refused("Refund amount is greater than what was paid", ["transactions"])
    return parts
