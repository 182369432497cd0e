"""Money, lines and derived fields of orders as the API shows them."""

from decimal import Decimal

from ..amounts import ZERO
from . import payments
from .money import currencies, presentment
from .order_totals import current, lines, reductions, summary
from .pricing import portion
from .registry import resolver

SUMMARY = {
    "totalPriceSet": "total",
    "subtotalPriceSet": "subtotal",
    "totalTaxSet": "tax",
    "totalDiscountsSet": "discounts",
    "totalShippingPriceSet": "shipping",
    "totalTipReceivedSet": "tip",
    "originalTotalDutiesSet": "duties",
    "originalTotalAdditionalFeesSet": "fees",
}


CURRENT = {
    "currentTotalPriceSet": "total",
    "currentSubtotalPriceSet": "subtotal",
    "currentTotalTaxSet": "tax",
    "currentTotalDiscountsSet": "discounts",
    "currentShippingPriceSet": "shipping",
    "currentTotalDutiesSet": "duties",
    "currentTotalAdditionalFeesSet": "fees",
}


PAID = {
    "totalOutstandingSet": payments.outstanding,
    "totalReceivedSet": payments.received,
    "totalRefundedSet": payments.refunded,
    "totalCapturableSet": payments.capturable,
    "netPaymentSet": lambda shop, order: payments.received(shop, order)
    - payments.refunded(shop, order),
}


NULLABLE = {"duties", "fees"}


@resolver(*(f"Order.{name}" for name in (*SUMMARY, *CURRENT, *PAID)))
def money_field(source, info):
    shop, name = info.context.shop, info.field_name
    if name in PAID:
        return currencies(source).bag(PAID[name](shop, source))
    key = SUMMARY.get(name) or CURRENT[name]
    amount = (summary if name in SUMMARY else current)(shop, source)[key]
    return None if key in NULLABLE and not amount else currencies(source).bag(amount)


@resolver("Order.originalTotalPriceSet")
def original_total(source, _info):
    return currencies(source).bag(Decimal(source["originalTotal"]))


@resolver("Order.refundDiscrepancySet")
def no_money(source, _info):
    return currencies(source).bag(ZERO)


@resolver("Order.totalRefundedShippingSet")
def refunded_shipping(source, info):
    refunds = [info.context.shop.get(gid) for gid in source["refunds"]]
    back = [one for refund in refunds for one in refund["refundShippingLines"]]
    return currencies(source).bag(
        sum((presentment(one["subtotalAmountSet"]) for one in back), ZERO)
    )


@resolver("Order.totalCashRoundingAdjustment")
def cash_rounding(source, _info):
    money = currencies(source)
    return {
        "paymentSet": money.bag(Decimal(source["cashRounding"])),
        "refundSet": money.bag(ZERO),
    }


@resolver("Order.taxLines")
def tax_lines(source, info):
    return _aggregated(
        source, (*lines(info.context.shop, source), *source["shippingLines"]), {}
    )


@resolver("Order.currentTaxLines")
def current_tax_lines(source, info):
    shop, gone = info.context.shop, {}
    for one in reductions(shop, source):
        gone[one["line"]] = gone.get(one["line"], 0) + one["quantity"]
    return _aggregated(source, (*lines(shop, source), *source["shippingLines"]), gone)


def _aggregated(order, holders, gone):
    """Return tax lines summed by title and rate; `gone` is {line gid: units taken
    out}."""
    money, found = currencies(order), {}
    for holder in holders:
        taken, units = gone.get(holder["id"], 0), holder.get("quantity", 1)
        for tax in holder["taxLines"]:
            amount = presentment(tax["priceSet"])
            amount -= portion(amount, 0, taken, units, money.presentment)
            key = (tax["title"], tax["rate"], tax["channelLiable"])
            found.setdefault(key, [tax, ZERO])[1] += amount
    return [{**tax, "priceSet": money.bag(amount)} for tax, amount in found.values()]
