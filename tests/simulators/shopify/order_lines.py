"""Line items and shipping lines of an order, built from its priced spec."""

from decimal import Decimal

from ..amounts import rounded


def _group(shop, order, spec):
    """Return the `LineItemGroup` of a bundle's component; groups are told by title.

    :param spec: {title, quantity, variant, sku} or None
    """
    if not spec:
        return None
    gid = f"gid://shopify/LineItemGroup/{shop.next_id()}"
    return order["groups"].setdefault(
        spec["title"],
        {
            "id": gid,
            "title": spec["title"],
            "quantity": spec.get("quantity", 1),
            "customAttributes": [],
            "productId": None,
            "variantId": spec.get("variant"),
            "variantSku": spec.get("sku"),
        },
    )


def _plan(shop, name):
    """Return the `LineItemSellingPlan` of a subscription or a pre-order."""
    if not name:
        return None
    gid = f"gid://shopify/SellingPlan/{shop.next_id()}"
    return {"name": name, "sellingPlanId": gid}


def _duties(shop, spec, money):
    if not spec.get("duty"):
        return []
    duty = {
        "id": f"gid://shopify/Duty/{shop.next_id()}",
        "price": money.bag(rounded(str(spec["duty"]), money.presentment)),
        "taxLines": [],
        "countryCodeOfOrigin": "CN",
        "harmonizedSystemCode": "610910",
    }
    return [duty]


def add_lines(shop, order, priced_lines, money):
    """Append line item nodes to an order.

    :return: their gids
    """
    gids = []
    for line in priced_lines:
        gids.append(shop.put("LineItem", _line_item(shop, order, line, money))["id"])
    order["lines"].extend(gids)
    return gids


def _line_item(shop, order, line, money):
    spec = line.spec
    title, variant_title = spec["title"], spec.get("variant_title")
    return {
        "id": f"gid://shopify/LineItem/{shop.next_id()}",
        "order": order["id"],
        "kind": line.kind,
        "title": title,
        "variantTitle": variant_title,
        "name": f"{title} - {variant_title}" if variant_title else title,
        "sku": spec.get("sku"),
        "vendor": spec.get("vendor"),
        "quantity": line.quantity,
        "requiresShipping": spec.get("requires_shipping", True),
        "taxable": spec.get("taxable", bool(spec.get("taxes"))),
        "isGiftCard": line.kind == "gift_card",
        "restockable": bool(spec.get("variant")),
        "merchantEditable": True,
        "product": spec.get("product"),
        "variant": spec.get("variant"),
        "item": spec.get("item"),
        "customAttributes": [
            {"key": key, "value": value}
            for key, value in (spec.get("attributes") or {}).items()
        ],
        "duties": _duties(shop, spec, money),
        "lineItemGroup": _group(shop, order, spec.get("group")),
        "sellingPlan": _plan(shop, spec.get("plan")),
        "originalUnitPriceSet": money.bag(line.unit),
        "originalTotalSet": money.bag(line.total),
        "discountedAll": str(line.discounted),
        "discountAllocations": _allocations(line, money),
        "taxLines": tax_lines(line, money),
        "fulfilled": 0,
    }


def shipping_line(shop, order, line, money):
    return {
        "order": order["id"],
        "id": f"gid://shopify/ShippingLine/{shop.next_id()}",
        "title": line.spec["title"],
        "code": line.spec.get("code", line.spec["title"]),
        "source": line.spec.get("source", "shopify"),
        "carrierIdentifier": line.spec.get("carrier"),
        "deliveryCategory": None,
        "custom": False,
        "isRemoved": line.spec.get("removed", False),
        "phone": order["phone"],
        "originalPriceSet": money.bag(line.unit),
        "discountedPriceSet": money.bag(line.discounted),
        "currentDiscountedPriceSet": money.bag(line.discounted),
        "taxLines": tax_lines(line, money),
        "discountAllocations": _allocations(line, money),
    }


def _allocations(line, money):
    return [
        {"index": index, "allocatedAmountSet": money.bag(amount)}
        for index, amount in line.allocations
    ]


def tax_lines(line, money):
    """Return the `TaxLine` list of a priced line."""
    return [
        {
            "title": tax["title"],
            "rate": float(tax["rate"]) if tax.get("rate_known", True) else None,
            "ratePercentage": float(Decimal(str(tax["rate"])) * 100)
            if tax.get("rate_known", True)
            else None,
            "source": "Shopify",
            "channelLiable": tax.get("channel_liable", False),
            "priceSet": money.bag(amount),
        }
        for tax, amount in line.taxes
    ]
