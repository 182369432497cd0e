"""Refunds: what is taken back, restocked and paid out (fact sheet, section 9)."""

from decimal import Decimal

from ..amounts import ZERO, rounded
from . import payments
from .inventory_state import change, level
from .money import currencies, presentment
from .order_totals import lines, reduction, tax_of
from .rerouting import give_up


def refund(shop, order, spec):
    """Refund units, shipping or only money.

    :param spec: {lines: [{line: index or sku, quantity, restock:
        RETURN|CANCEL|NO_RESTOCK}], shipping: true|false, duties: true|false (of the
        lines), money: amount (default: worth of what is refunded), note, location: gid}
    :return: the refund node
    """
    quantities, kinds = {}, set()
    for one in spec.get("lines", []):
        line = find_line(shop, order, one["line"])
        quantities[line["id"]] = quantities.get(line["id"], 0) + one.get("quantity", 1)
        kinds.add(one.get("restock", "RETURN"))
    node = take_back(
        shop,
        order,
        quantities,
        restock_type=kinds.pop() if kinds else "NO_RESTOCK",
        money=Decimal(str(spec["money"])) if "money" in spec else None,
        shipping=spec.get("shipping", False),
        duties=spec.get("duties", False),
        note=spec.get("note"),
        place=spec.get("location"),
    )
    shop.touch(order)
    shop.emit("ORDERS_UPDATED", order)
    return node


def find_line(shop, order, wanted):
    """Return the line item at an index or with a SKU."""
    items = lines(shop, order)
    return (
        items[wanted]
        if isinstance(wanted, int)
        else next(line for line in items if line["sku"] == wanted)
    )


def take_back(
    shop,
    order,
    quantities,
    *,
    restock_type,
    money,
    shipping,
    duties=False,
    note=None,
    place=None,
    restocks=None,
    parts=None,
    reason="REFUND_DISCREPANCY",
):
    """Take units back and pay for them.

    :param quantities: {line gid: units}
    :param restocks: {line gid: (restock type, location gid)} of lines that differ
    :param shipping: True: all of it; a Decimal: that much of it
    :param parts: [(parent transaction or None, gateway, amount)]; by default the first
        payments give what is due
    """
    bags, now, rows, taken = currencies(order), shop.clock.iso(), [], []
    for gid, count in quantities.items():
        line = shop.get(gid)
        worth = reduction(shop, line, count)
        taken.append(worth)
        kind, target = (restocks or {}).get(gid, (restock_type, place))
        from_place = _restock(shop, order, line, count, kind, target)
        rows.append(
            {
                "id": f"gid://shopify/RefundLineItem/{shop.next_id()}",
                "lineItem": gid,
                "quantity": count,
                "restockType": kind,
                "restocked": kind != "NO_RESTOCK",
                "location": from_place,
                "priceSet": line["originalUnitPriceSet"],
                "subtotalSet": bags.bag(Decimal(worth["subtotal"])),
                "totalTaxSet": bags.bag(Decimal(worth["tax"])),
            }
        )
    ships = [
        _refund_shipping(shop, one, bags, shipping)
        for one in order["shippingLines"]
        if shipping
    ]
    back = [_refund_duty(one) for one in _duties(shop, quantities) if duties]
    value = _value(order, taken, ships, back)
    money = value if money is None else money
    node = shop.add(
        "Refund",
        {
            "order": order["id"],
            "processedAt": now,
            "note": note,
            "return": None,
            "reductions": taken,
            "refundLineItems": rows,
            "refundShippingLines": ships,
            "orderAdjustments": _adjustments(shop, value - money, bags, reason),
            "duties": back,
            "totalRefundedSet": bags.bag(money),
            "transactions": _pay_back(shop, order, money)
            if parts is None
            else [_transaction(shop, order, *part) for part in parts],
        },
    )
    order["refunds"].append(node["id"])
    shop.emit("REFUNDS_CREATE", node)
    return node


def _restock(shop, order, line, count, restock_type, place):
    """Move the units; return the location they went to, or None."""
    open_units = give_up(
        shop, order, line["id"], count, restock=restock_type != "NO_RESTOCK"
    )
    shipped = count - open_units
    if shipped and restock_type == "RETURN" and line["item"]:
        target = place or next(
            one["id"] for one in shop.all("Location") if one["isActive"]
        )
        change(shop, level(shop, line["item"], target, create=True), available=shipped)
        return target
    return None


def _refund_shipping(shop, line, bags, amount):
    whole = presentment(line["discountedPriceSet"])
    tax = tax_of(line)
    if amount is not True and whole:
        tax = rounded(tax * amount / whole, bags.presentment)
    return {
        "id": f"gid://shopify/RefundShippingLine/{shop.next_id()}",
        "shippingLine": line,
        "subtotalAmountSet": bags.bag(whole if amount is True else amount),
        "taxAmountSet": bags.bag(tax),
    }


def _duties(shop, quantities):
    return [one for gid in quantities for one in shop.get(gid)["duties"]]


def _refund_duty(duty):
    return {"amountSet": duty["price"], "originalDuty": duty}


def _value(order, taken, ships, duties):
    """Return what the refunded things are worth to the customer."""
    value = sum((Decimal(one["subtotal"]) for one in taken), ZERO)
    value += sum((presentment(one["amountSet"]) for one in duties), ZERO)
    value += sum((presentment(one["subtotalAmountSet"]) for one in ships), ZERO)
    if not order["taxesIncluded"]:
        value += sum((Decimal(one["tax"]) for one in taken), ZERO)
        value += sum((presentment(one["taxAmountSet"]) for one in ships), ZERO)
    return value


def _adjustments(shop, difference, bags, reason):
    """Return the order adjustment of a refund that pays more or less than the things
    are worth; > 0 = kept."""
    if not difference:
        return []
    return [
        {
            "id": f"gid://shopify/OrderAdjustment/{shop.next_id()}",
            "reason": reason,
            "amountSet": bags.bag(difference),
            "taxAmountSet": bags.bag(ZERO),
        }
    ]


def _pay_back(shop, order, money):
    """Refund the money over the successful payments, the first one first; return the
    transaction gids."""
    made, left = [], money
    sources = [
        node
        for node in payments.nodes(shop, order)
        if node["kind"] in ("SALE", "CAPTURE") and node["status"] == "SUCCESS"
    ]
    for source in sources:
        part = min(left, presentment(source["amountSet"]))
        if part > 0:
            made.append(
                _transaction(shop, order, source["id"], source["gateway"], part)
            )
            left -= part
    return made


def _transaction(shop, order, parent, gateway, amount):
    """Pay back through a gateway; some of them take their time."""
    slow = gateway in shop.settings["slow_refunds"]
    state = "PENDING" if slow else "SUCCESS"
    return payments.add(
        shop, order, "REFUND", amount, gateway, status=state, parent=parent
    )["id"]


def finish(shop, order, status="SUCCESS"):
    """The money of pending refunds has left, or did not."""
    for node in payments.nodes(shop, order):
        if node["kind"] == "REFUND" and node["status"] == "PENDING":
            node["status"] = status
            shop.touch(node)
    shop.touch(order)
    shop.emit("ORDERS_UPDATED", order)


def worth(shop, order, quantities, shipping=ZERO):
    """Return what a refund of units and delivery would come to."""
    bags = currencies(order)
    taken = [reduction(shop, shop.get(gid), n) for gid, n in quantities.items()]
    ships = [
        _refund_shipping(shop, one, bags, shipping)
        for one in order["shippingLines"][:1]
        if shipping
    ]
    return _value(order, taken, ships, [])


def refundable(shop, order):
    """Return [(payment, what can still go back to it)], for successful payments."""
    gone = {}
    for node in payments.nodes(shop, order):
        if node["kind"] == "REFUND" and node["status"] in ("SUCCESS", "PENDING"):
            parent = node["parentTransaction"]
            amount = gone.get(parent, ZERO) + presentment(node["amountSet"])
            gone[parent] = amount
    return [
        (node, presentment(node["amountSet"]) - gone.get(node["id"], ZERO))
        for node in payments.nodes(shop, order)
        if node["kind"] in ("SALE", "CAPTURE") and node["status"] == "SUCCESS"
    ]
