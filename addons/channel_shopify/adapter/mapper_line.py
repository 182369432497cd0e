"""Order lines and shipping lines."""

from dataclasses import replace
from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import (
    Discount,
    LineKind,
    Money,
    OrderLine,
    ShippingLine,
)

from .ids import digits
from .mapper_common import attributes, money, nodes
from .mapper_tax import discounts, taxes


def line(payload, fulfilled, location):
    """One line item.

    :param fulfilled: units shipped;
    :param location: digits of the place that is to ship it.
    """
    quantity = payload["quantity"]
    cancelled, refunded = _gone(payload, fulfilled)
    bundle = payload.get("lineItemGroup") or {}
    return OrderLine(
        external_id=digits(payload["id"]),
        kind=_kind(payload),
        title=payload.get("name") or payload.get("title") or "",
        quantity=quantity,
        unit_price=money(payload["originalUnitPriceSet"]),
        sku=payload.get("sku") or "",
        listing=digits((payload.get("variant") or {}).get("id")),
        discounts=discounts(payload),
        taxes=taxes(payload.get("taxLines")),
        cancelled=cancelled,
        refunded=refunded,
        fulfilled=fulfilled,
        requires_shipping=bool(payload.get("requiresShipping")),
        location=location,
        group=digits(bundle.get("id")),
        group_title=bundle.get("title") or "",
        group_quantity=bundle.get("quantity") or 0,
        plan=(payload.get("sellingPlan") or {}).get("name") or "",
        attributes=attributes(payload.get("customAttributes")),
    )


def _kind(payload):
    """A line without variant was typed in, unless SKU or vendor tell of a product
    deleted since."""
    if payload.get("isGiftCard"):
        return LineKind.GIFT_CARD
    if payload.get("variant") or payload.get("sku") or payload.get("vendor"):
        return LineKind.PRODUCT
    return LineKind.CUSTOM


def _gone(payload, fulfilled):
    """Units (cancelled, refunded): taken off before they were shipped, and given back
    afterwards.

    ``currentQuantity`` leaves out both. What is still to be shipped tells them apart,
    and that is never more than what the order still holds.
    """
    quantity, current = payload["quantity"], payload["currentQuantity"]
    removed = max(0, quantity - current)
    to_ship = min(payload.get("unfulfilledQuantity") or 0, current)
    cancelled = min(removed, max(0, quantity - fulfilled - to_ship))
    return cancelled, removed - cancelled


def shipping(payload):
    """One shipping line. Its discounted price counts (facts, 7): what the allocations
    do not explain is a discount too."""
    price, discounted = (
        money(payload["originalPriceSet"]),
        money(payload["discountedPriceSet"]),
    )
    allocated = discounts(payload)
    taken = price.amount - discounted.amount
    if taken != sum(part.amount.amount for part in allocated):
        allocated = (
            (Discount(title="", amount=Money(taken, price.currency)),) if taken else ()
        )
    return ShippingLine(
        external_id=shipping_id(payload),
        title=payload.get("title") or "",
        code=payload.get("code") or "",
        price=price,
        discounts=allocated,
        taxes=taxes(payload.get("taxLines")),
    )


def shipping_id(payload):
    """What a shipping line is known by; Shopify may give it no id."""
    return digits(payload.get("id")) or f"shipping:{payload['title']}"


def extra(kind, external_id, title, price, tax_lines=()):
    """A charge of the whole order: a fee, a duty, a tip, a rounding."""
    return OrderLine(
        external_id=external_id,
        kind=kind,
        title=title,
        quantity=1,
        unit_price=price,
        taxes=taxes(tax_lines),
        requires_shipping=False,
    )


def charges(payload, order_id):
    """Fees and duties that stand beside the lines."""
    fees = [
        extra(
            LineKind.FEE,
            f"fee:{digits(fee['id'])}",
            fee.get("name") or "Fee",
            money(fee["price"]),
            fee["taxLines"],
        )
        for fee in nodes(payload.get("additionalFees"))
    ]
    return fees + ([] if payload.get("dutiesIncluded") else _duties(payload, order_id))


def duty_id(duty):
    """What a duty is known by as a line of its order."""
    return f"duty:{digits(duty.get('id'))}"


def _duties(payload, order_id):
    listed = [
        extra(
            LineKind.DUTY,
            duty_id(duty),
            "Duty",
            money(duty["price"]),
            duty["taxLines"],
        )
        for item in nodes(payload.get("lineItems"))
        for duty in nodes(item.get("duties"))
    ]
    total = money(payload.get("originalTotalDutiesSet"))
    if listed or not total or not total.amount:
        return listed
    return [extra(LineKind.DUTY, f"duty:{order_id}", "Duties", total)]


def mark_tips(lines, tip, gap, order_id):
    """Show the tip as what it is.

    Shopify gives it as a line without product or only as a total; which of both, the
    order's total tells (in shop currency by about a cent, for every field was converted
    by itself).

    :param tip: ``Money``;
    :param gap: decimal by which the lines fall short of the total.
    """
    if abs(gap - tip.amount) < abs(gap):
        return [*lines, extra(LineKind.TIP, f"tip:{order_id}", "Tip", tip)]
    candidates = [
        index
        for index, item in enumerate(lines)
        if item.kind is LineKind.CUSTOM
        and not item.requires_shipping
        and not item.taxes
    ]
    worth = {
        index: lines[index].unit_price.amount * lines[index].quantity
        for index in candidates
    }
    if sum(worth.values(), Decimal(0)) != tip.amount:
        candidates = [index for index in candidates if worth[index] == tip.amount][:1]
    return [
        replace(item, kind=LineKind.TIP) if index in candidates else item
        for index, item in enumerate(lines)
    ]
