"""Order items as lines, charges and delivery."""

from decimal import Decimal

from odoo.addons.channel_base.adapter.canonical import (
    Discount,
    LineKind,
    Money,
    OrderLine,
    ShippingLine,
    Tax,
)

from .mapper_common import needed, parts
from .mapper_money import ITEM
from .mapper_status import CHARGES, SHIPPING

TAX_TITLE = "Tax"
REMITTED_TITLE = "Tax paid by Amazon"


def lines(item, amounts, currency, *, counted, shipped, location=""):
    """The lines of one item: its goods, and each of its charges.

    :param amounts: ``Proceeds``. :param counted: whether its taxes are charged.
    :param location: Amazon's network, of goods that are there.
    :param shipped: the whole order is: where the item does not say, it is too.
    """
    item_id = str(needed(item, "orderItemId"))
    product = item.get("product") or {}
    fulfilment = item.get("fulfillment") or {}
    quantity = needed(item, "quantityOrdered")
    fulfilled = fulfilment.get("quantityFulfilled")
    if fulfilled is None:
        fulfilled = quantity if shipped else 0
    sku = product.get("sellerSku") or ""
    yield OrderLine(
        external_id=item_id,
        kind=LineKind.PRODUCT,
        title=product.get("title") or sku or product.get("asin") or item_id,
        quantity=quantity,
        unit_price=Money(_unit_price(item, amounts, quantity), currency),
        sku=sku,
        listing=sku,
        discounts=_discounts(item, amounts, ITEM, currency),
        taxes=_taxes(amounts, ITEM, currency, counted),
        fulfilled=min(fulfilled, quantity),
        location=location,
        attributes=_attributes(item),
    )
    for kind, title in CHARGES.items():
        amount = amounts.charged.get(kind)
        if amount:
            yield OrderLine(
                external_id=f"{item_id}:{kind}",
                kind=LineKind.FEE,
                title=title,
                quantity=1,
                unit_price=Money(amount, currency),
                requires_shipping=False,
                discounts=_discounts(item, amounts, kind, currency),
                taxes=_taxes(amounts, kind, currency, counted),
            )


def _unit_price(item, amounts, quantity):
    """The price of one unit that all units add up to: Amazon states both, and they may
    differ by halves of a cent."""
    total = amounts.charged.get(ITEM, Decimal(0))
    price = ((item.get("product") or {}).get("price") or {}).get("unitPrice") or {}
    stated = Decimal(str(price["amount"])) if price.get("amount") is not None else None
    if stated is not None and stated * quantity == total:
        return stated
    return total / quantity if quantity else Decimal(0)


def _discounts(item, amounts, on, currency):
    amount = amounts.discounts.get(on)
    if not amount:
        return ()
    promotions = [
        one.get("promotionId")
        for one in parts((item.get("promotion") or {}).get("breakdowns"))
    ]
    title = ", ".join(filter(None, promotions)) or "Promotion"
    return (Discount(title=title, amount=Money(amount, currency)),)


def _taxes(amounts, on, currency, counted):
    amount = amounts.taxes.get(on)
    if not amount or not counted:
        return ()
    title = REMITTED_TITLE if amounts.remitted else TAX_TITLE
    return (
        Tax(title=title, amount=Money(amount, currency), remitted=amounts.remitted),
    )


def _attributes(item):
    """What whoever packs or asks must know of an item."""
    fulfilment = item.get("fulfillment") or {}
    gift = (fulfilment.get("packing") or {}).get("giftOption") or {}
    shipping = fulfilment.get("shipping") or {}
    international = shipping.get("internationalShipping") or {}
    product = item.get("product") or {}
    points = ((item.get("expense") or {}).get("pointsCost") or {}).get("pointsGranted")
    pairs = {
        "Gift wrap": gift.get("giftWrapLevel"),
        "Gift message": gift.get("giftMessage"),
        "IOSS number": international.get("iossNumber"),
        "Customisation": (product.get("customization") or {}).get("customizedUrl"),
        "_Points granted": (points or {}).get("pointsNumber"),
        "_ASIN": product.get("asin"),
        "_Programs": ", ".join(parts(item.get("programs"))),
    }
    return tuple((name, str(value)) for name, value in pairs.items() if value)


def shipping(payload, items, currency, *, counted):
    """What the buyer pays for delivery: one line over all items."""
    level = (payload.get("fulfillment") or {}).get("fulfillmentServiceLevel") or ""
    price = _sum(one.charged.get(SHIPPING) for one in items)
    taken = _sum(one.discounts.get(SHIPPING) for one in items)
    if not price and not taken:
        return ()
    taxes = tuple(
        tax for one in items for tax in _taxes(one, SHIPPING, currency, counted)
    )
    discount = Discount(title="Promotion", amount=Money(taken, currency))
    return (
        ShippingLine(
            external_id=f"{payload['orderId']}:{SHIPPING}",
            title=level.replace("_", " ").capitalize() or "Shipping",
            price=Money(price, currency),
            code=level,
            discounts=(discount,) if taken else (),
            taxes=_merged(taxes),
        ),
    )


def _merged(taxes):
    """One tax of each kind."""
    sums = {}
    for tax in taxes:
        sums[tax.title, tax.remitted, tax.amount.currency] = (
            sums.get((tax.title, tax.remitted, tax.amount.currency), Decimal(0))
            + tax.amount.amount
        )
    return tuple(
        Tax(title=title, amount=Money(amount, currency), remitted=remitted)
        for (title, remitted, currency), amount in sums.items()
    )


def _sum(amounts):
    return sum(filter(None, amounts), Decimal(0))
