"""Place an order: build its nodes from a priced spec, commit the stock, route it, pay
it, announce it."""

from decimal import Decimal

from . import customers, payments, till
from .inventory_state import totals
from .money import Currencies
from .order_lines import add_lines, shipping_line
from .order_nodes import application, header
from .pricing import price
from .routing import route
from .state import digits


class OutOfStock(Exception):
    """A variant that must not be oversold has too few units; the message names it."""


def place(shop, spec):
    """Create an order as a checkout would.

    :param spec: see README.md, "Order spec"
    :return: the order node
    :raises OutOfStock: a line asks for more than is available, and neither the
        variant's policy nor the spec's `oversell` allows it
    """
    with shop.lock:
        lines = [known(shop, line) for line in spec["lines"]]
        money = Currencies(
            shop=shop.settings["currency"],
            presentment=spec.get("currency", shop.settings["currency"]),
            rate=Decimal(str(spec.get("rate", 1))),
        )
        included = spec.get("taxes_included", shop.settings["taxes_included"])
        priced = price({**spec, "lines": lines}, money.presentment, included)
        if not spec.get("oversell"):
            _check_stock(shop, lines)
        order = shop.put("Order", header(shop, spec, money, priced))
        add_lines(shop, order, priced.lines, money)
        order["shippingLines"] = [
            shipping_line(shop, order, line, money) for line in priced.shipping
        ]
        order["discountApplications"] = [
            application(index, discount, money.presentment)
            for index, discount in enumerate(spec.get("discounts", []))
        ]
        order["billingAddress"] = customers.address(shop, spec.get("billing_address"))
        order["shippingAddress"] = customers.address(shop, spec.get("shipping_address"))
        route(shop, order, order["lines"], spec)
        payments.start(shop, order, spec)
        if spec.get("till"):
            till.hand_over(shop, order)
        shop.touch()
        _announce(shop, order)
    return order


def _announce(shop, order):
    shop.emit("ORDERS_CREATE", order)
    if payments.status(shop, order) == "PAID":
        shop.emit("ORDERS_PAID", order)
    touched = dict.fromkeys(
        shop.get(gid)["product"] for gid in order["lines"] if shop.get(gid)["product"]
    )
    for gid in touched:  # products/update fires on every sale (fact sheet, section 6)
        if shop.get(gid):
            shop.emit("PRODUCTS_UPDATE", shop.get(gid))


def known(shop, line):
    """Complete a line from the catalogue: `variant` is a gid or the SKU of a
    variant."""
    wanted = line.get("variant")
    if wanted is None:
        return line
    variant = shop.get(wanted) or next(
        (one for one in shop.all("ProductVariant") if one["sku"] == wanted), None
    )
    if variant is None:
        raise LookupError(f"no variant {wanted!r} in shop {shop.name}")
    product = shop.get(variant["product"])
    item = shop.get(variant["inventoryItem"])
    return {
        "sku": variant["sku"],
        "title": product["title"],
        "variant_title": None if product["hasOnlyDefaultVariant"] else variant["title"],
        "price": variant["price"],
        "gift_card": product["isGiftCard"],
        "requires_shipping": item["requiresShipping"],
        "taxable": variant["taxable"],
        "vendor": product["vendor"],
        **line,
        "variant": variant["id"],
        "product": product["id"],
        "item": item["id"] if item["tracked"] else None,
        "policy": variant["inventoryPolicy"],
    }


def _check_stock(shop, lines):
    for line in lines:
        if line.get("item") and line["policy"] == "DENY":
            wanted = sum(
                one.get("quantity", 1)
                for one in lines
                if one.get("item") == line["item"]
            )
            if totals(shop, line["item"])["available"] < wanted:
                raise OutOfStock(f"{line['sku'] or line['title']}: {wanted} wanted")


def order_by(shop, reference):
    """Return the order named by gid, legacy id or name.

    :raises LookupError: there is none
    """
    for order in shop.all("Order"):
        if str(reference) in (order["id"], digits(order["id"]), order["name"]):
            return order
    raise LookupError(f"no order {reference!r} in shop {shop.name}")
