"""Line items as the API shows them."""

from decimal import Decimal

from ..amounts import ZERO, rounded
from .money import currencies, presentment
from .order_totals import current_quantity, tax_of
from .pricing import portion
from .registry import resolver


@resolver("LineItem.discountAllocations", "ShippingLine.discountAllocations")
def allocations(source, info):
    applications = info.context.shop.get(source["order"])["discountApplications"]
    return [
        {**one, "discountApplication": applications[one["index"]]}
        for one in source["discountAllocations"]
    ]


def _line_level(source, order, *, codes):
    """Return what line-level discounts take; order-level ones never count, codes only
    when asked."""
    total = ZERO
    for one in source["discountAllocations"]:
        application = order["discountApplications"][one["index"]]
        is_code = application["__typename"] == "DiscountCodeApplication"
        if application["allocationMethod"] == "EACH" and (codes or not is_code):
            total += presentment(one["allocatedAmountSet"])
    return total


@resolver("LineItem.discountedTotalSet")
def discounted_total(source, info, withCodeDiscounts=False):
    order = info.context.shop.get(source["order"])
    less = _line_level(source, order, codes=withCodeDiscounts)
    return currencies(order).bag(presentment(source["originalTotalSet"]) - less)


@resolver("LineItem.totalDiscountSet")
def total_discount(source, info):
    order = info.context.shop.get(source["order"])
    return currencies(order).bag(_line_level(source, order, codes=True))


@resolver(
    "LineItem.discountedUnitPriceSet",
    "LineItem.discountedUnitPriceAfterAllDiscountsSet",
)
def discounted_unit(source, info):
    """Answer an approximate unit price: totals can't be computed from it (fact sheet,
    section 7)."""
    order = info.context.shop.get(source["order"])
    total = Decimal(source["discountedAll"])
    if info.field_name == "discountedUnitPriceSet":
        total = presentment(source["originalTotalSet"]) - _line_level(
            source, order, codes=False
        )
    return currencies(order).bag(
        rounded(total / (source["quantity"] or 1), order["presentmentCurrencyCode"])
    )


@resolver("LineItem.priceAfterAllDiscountsBeforeTaxesSet")
def net_price(source, info):
    """Answer the untaxed price of the units that are left: refunded ones don't
    count."""
    shop = info.context.shop
    order = shop.get(source["order"])
    net = Decimal(source["discountedAll"]) - (
        tax_of(source) if order["taxesIncluded"] else ZERO
    )
    left = current_quantity(shop, source)
    return currencies(order).bag(
        portion(net, 0, left, source["quantity"], order["presentmentCurrencyCode"])
    )
