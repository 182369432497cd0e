"""Transactions of an order and the financial status that follows from them (fact sheet,
section 7)."""

from decimal import Decimal

from ..amounts import ZERO, rounded
from .money import currencies, presentment
from .order_totals import current_total

CHECKOUTS = {
    "paid": ("SALE", "SUCCESS"),
    "authorized": ("AUTHORIZATION", "SUCCESS"),
    "pending": ("SALE", "PENDING"),
}
MANUAL = {"manual", "cash", "bank_deposit", "Cash on Delivery (COD)"}


def start(shop, order, spec):
    """Record the payments that came with a checkout.

    :param spec: order spec; see `_plan`
    """
    authorized = None
    total, currency = Decimal(order["originalTotal"]), order["presentmentCurrencyCode"]
    rounding = Decimal(order["cashRounding"])
    for kind, amount_, gateway, state in _plan(spec, total, currency):
        parent = authorized if kind in ("CAPTURE", "VOID") else None
        node = add(shop, order, kind, amount_, gateway, status=state, parent=parent)
        if rounding and kind == "SALE" and gateway == "cash":
            node["amountRoundingSet"] = currencies(order).bag(rounding)
        if kind == "AUTHORIZATION":
            authorized = node["id"]


def _plan(spec, total, currency):
    """Return [(kind, amount, gateway, status)] of a checkout.

    :param spec: `payment` = paid | authorized | pending | partially_paid (with
        `deposit`) | unpaid, `gateway`, `gift_card` amount to redeem first, `change`
        handed back at a till; or an explicit list `transactions` of {kind, status,
        gateway, amount}
    """
    if spec.get("transactions") is not None:
        return [
            (
                one["kind"],
                Decimal(str(one["amount"])),
                one["gateway"],
                one.get("status", "SUCCESS"),
            )
            for one in spec["transactions"]
        ]
    due, made = total, []
    redeemed = min(Decimal(str(spec.get("gift_card") or 0)), due)
    if redeemed:
        made.append(("SALE", redeemed, "gift_card", "SUCCESS"))
        due -= redeemed
    how, gateway = spec.get("payment", "paid"), spec.get("gateway", "shopify_payments")
    if due and how == "partially_paid":
        deposit = Decimal(str(spec.get("deposit") or rounded(due / 2, currency)))
        made.append(("SALE", deposit, gateway, "SUCCESS"))
    elif due and how != "unpaid":
        kind, state = CHECKOUTS[how]
        change = Decimal(str(spec.get("change") or 0))
        made.append((kind, due + change, gateway, state))
        if change:
            made.append(("CHANGE", change, gateway, state))
    return made


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
    shop.emit("ORDER_TRANSACTIONS_CREATE", node)
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
    taken = amount(shop, order, "SALE", "CAPTURE")
    return taken - amount(shop, order, "CHANGE")


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
    """Pay what is outstanding by hand (`orderMarkAsPaid`); a pending sale becomes
    successful."""
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
    if not outstanding(shop, order):
        shop.emit("ORDERS_PAID", order)
    shop.emit("ORDERS_UPDATED", order)
    return node


def planned(spec, total, currency):
    """Return what a checkout spec will have received and its financial status.

    :param total: of the order, in presentment currency
    :return: ({gateway: amount}, `displayFinancialStatus`)
    """
    authorized, received = ZERO, {}
    for kind, amount_, gateway, state in _plan(spec, total, currency):
        if state != "SUCCESS":
            continue
        if kind == "AUTHORIZATION":
            authorized += amount_
        elif kind in ("SALE", "CAPTURE", "CHANGE"):
            sign = -1 if kind == "CHANGE" else 1
            received[gateway] = received.get(gateway, ZERO) + sign * amount_
    paid = sum(received.values(), ZERO)
    if paid >= total:
        return received, "PAID"
    if paid:
        return received, "PARTIALLY_PAID"
    return received, "AUTHORIZED" if authorized else "PENDING"
