"""Transactions of an order and the financial status that follows from them (fact sheet, section 7)."""

from decimal import Decimal

from .money import ZERO, currencies, presentment, rounded
from .order_totals import current_total

MANUAL = {"manual", "cash", "bank_deposit", "Cash on Delivery (COD)"}


def start(shop, order, spec):
    """Record the payment that came with a checkout.

    :param spec: `payment` = paid | authorized | pending | partially_paid | unpaid, `gateway`, `gift_card` amount to
        redeem first, or an explicit `transactions` list of {kind, status, gateway, amount}
    """
    if spec.get("transactions") is not None:
        for one in spec["transactions"]:
            add(
                shop,
                order,
                one["kind"],
                one["amount"],
                one["gateway"],
                status=one.get("status", "SUCCESS"),
            )
        return
    due = Decimal(order["originalTotal"])
    redeemed = min(Decimal(str(spec.get("gift_card") or 0)), due)
    if redeemed:
        add(shop, order, "SALE", redeemed, "gift_card")
        due -= redeemed
    how, gateway = spec.get("payment", "paid"), spec.get("gateway", "shopify_payments")
    if not due or how == "unpaid":
        return
    if how == "partially_paid":
        half = rounded(due / 2, order["presentmentCurrencyCode"])
        add(shop, order, "SALE", spec.get("deposit", half), gateway)
        return
    kind, state = {
        "paid": ("SALE", "SUCCESS"),
        "authorized": ("AUTHORIZATION", "SUCCESS"),
        "pending": ("SALE", "PENDING"),
    }[how]
    add(shop, order, kind, due, gateway, status=state)


def add(shop, order, kind, amount, gateway, *, status="SUCCESS", parent=None):
    """Record a transaction.

    :param amount: in presentment currency
    :param parent: gid of the authorization or sale that this one belongs to
    :return: the transaction node
    """
    money, now = currencies(order), shop.clock.iso()
    node = shop.add(
        "OrderTransaction",
        {
            "order": order["id"],
            "kind": kind,
            "status": status,
            "gateway": gateway,
            "formattedGateway": gateway.replace("_", " ").title(),
            "processedAt": now,
            "test": order["test"],
            "manualPaymentGateway": gateway in MANUAL,
            "multiCapturable": False,
            "errorCode": "CARD_DECLINED" if status in ("FAILURE", "ERROR") else None,
            "amountSet": money.bag(Decimal(str(amount))),
            "amountRoundingSet": None,
            "parentTransaction": parent,
            "fees": [],
        },
    )
    node["paymentId"] = f"{order['name']}.{len(order['transactions']) + 1}"
    order["transactions"].append(node["id"])
    return node


def nodes(shop, order):
    return [shop.get(gid) for gid in order["transactions"]]


def amount(shop, order, *kinds):
    """Return the successful sum of the kinds, in presentment currency."""
    return sum(
        (
            presentment(node["amountSet"])
            for node in nodes(shop, order)
            if node["kind"] in kinds and node["status"] == "SUCCESS"
        ),
        ZERO,
    )


def received(shop, order):
    return amount(shop, order, "SALE", "CAPTURE")


def refunded(shop, order):
    return amount(shop, order, "REFUND")


def capturable(shop, order):
    """Return what is authorised and not captured or voided."""
    return max(
        ZERO,
        amount(shop, order, "AUTHORIZATION") - amount(shop, order, "CAPTURE", "VOID"),
    )


def outstanding(shop, order):
    """Return what the customer still owes."""
    return max(
        ZERO,
        current_total(shop, order) - (received(shop, order) - refunded(shop, order)),
    )


def status(shop, order):
    """Return `displayFinancialStatus`; a zero total is PAID without a transaction."""
    paid, back = received(shop, order), refunded(shop, order)
    total = Decimal(order["originalTotal"])
    if back:
        return "REFUNDED" if back >= paid else "PARTIALLY_REFUNDED"
    if paid:
        return "PARTIALLY_PAID" if outstanding(shop, order) else "PAID"
    if capturable(shop, order):
        return "AUTHORIZED"
    if amount(shop, order, "VOID"):
        return "VOIDED"
    if not total:
        return "PAID"
    return "VOIDED" if order["cancelledAt"] else "PENDING"


def settle(shop, order):
    """Pay what is outstanding by hand (`orderMarkAsPaid`); a pending sale becomes successful."""
    for node in nodes(shop, order):
        if node["kind"] == "SALE" and node["status"] == "PENDING":
            node["status"] = "SUCCESS"
            shop.touch(node)
    if capturable(shop, order):
        capture(shop, order)
    if due := outstanding(shop, order):
        add(shop, order, "SALE", due, "manual")
    shop.touch(order)
    shop.emit("ORDERS_PAID", order)
    shop.emit("ORDERS_UPDATED", order)


def capture(shop, order, amount_=None, parent=None):
    """Capture an authorization, all of it by default.

    :return: the capture transaction
    """
    sources = [
        node
        for node in nodes(shop, order)
        if node["kind"] == "AUTHORIZATION" and node["status"] == "SUCCESS"
    ]
    source = next((node for node in sources if parent in (None, node["id"])), None)
    if source is None:
        raise LookupError(f"{order['name']} has no authorization to capture")
    node = add(
        shop,
        order,
        "CAPTURE",
        amount_ or capturable(shop, order),
        source["gateway"],
        parent=source["id"],
    )
    shop.touch(order)
    shop.emit("ORDER_TRANSACTIONS_CREATE", node)
    if not outstanding(shop, order):
        shop.emit("ORDERS_PAID", order)
    shop.emit("ORDERS_UPDATED", order)
    return node
