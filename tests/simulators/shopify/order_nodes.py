"""The nodes of an order, built from its priced spec."""

from decimal import Decimal

from . import customers
from .money import rounded

APPLICATIONS = {
    "code": "DiscountCodeApplication",
    "automatic": "AutomaticDiscountApplication",
    "manual": "ManualDiscountApplication",
    "script": "ScriptDiscountApplication",
}


def header(shop, spec, money, priced):
    number = shop.next_id()
    shop.last_order += 1
    now = shop.clock.iso()
    buyer = (
        customers.find_or_add(shop, spec["customer"]) if spec.get("customer") else None
    )
    company = (
        customers.company(shop, spec["company"], buyer) if spec.get("company") else None
    )
    ordinal = shop.last_order
    return {
        "id": f"gid://shopify/Order/{number}",
        "legacyResourceId": str(number),
        "name": spec.get("name", f"#{ordinal}"),
        "number": ordinal,
        "confirmationNumber": f"SIM{ordinal:06d}",
        "poNumber": spec.get("po_number"),
        "sourceName": spec.get("source_name", "web"),
        "tags": spec.get("tags", []),
        "note": spec.get("note"),
        "test": spec.get("test", False),
        "confirmed": True,
        "edited": False,
        "createdAt": now,
        "processedAt": spec.get("processed_at", now),
        "updatedAt": now,
        "cancelledAt": None,
        "cancelReason": None,
        "closedAt": None,
        "email": spec.get("email") or (buyer or {}).get("email"),
        "phone": spec.get("phone"),
        "customerLocale": spec.get("locale", "en"),
        "currencyCode": money.shop,
        "presentmentCurrencyCode": money.presentment,
        "rate": str(money.rate),
        "taxesIncluded": priced.taxes_included,
        "taxExempt": spec.get("tax_exempt", False),
        "estimatedTaxes": False,
        "dutiesIncluded": False,
        "customAttributes": [
            {"key": key, "value": value}
            for key, value in (spec.get("attributes") or {}).items()
        ],
        "app": {"id": "gid://shopify/App/580111", "name": "Online Store"},
        "publication": None,
        "retailLocation": spec.get("retail_location"),
        "customer": buyer and buyer["id"],
        "purchasingEntity": company or (buyer and {**buyer, "__typename": "Customer"}),
        "discountCodes": [
            one["code"] for one in spec.get("discounts", []) if one["kind"] == "code"
        ],
        "additionalFees": [_fee(shop, one, money) for one in spec.get("fees", [])],
        "bareTip": str(priced.bare_tip),
        "fees": str(priced.fees),
        "duties": str(priced.duties),
        "risk": risk(spec.get("risk", "ACCEPT")),
        "paymentTerms": _terms(shop, spec, priced),
        "groups": {},
        "lines": [],
        "removals": [],
        "transactions": [],
        "refunds": [],
        "fulfillments": [],
        "fulfillmentOrders": [],
        "originalTotal": str(priced.total),
    }


def risk(recommendation):
    """Return the `OrderRiskSummary` of ACCEPT, INVESTIGATE, CANCEL or NONE."""
    level = {"CANCEL": "HIGH", "INVESTIGATE": "MEDIUM", "ACCEPT": "LOW"}.get(
        recommendation, "NONE"
    )
    fact = {"description": f"Assessed as {level.lower()} risk", "sentiment": "NEUTRAL"}
    assessments = (
        []
        if recommendation == "NONE"
        else [{"riskLevel": level, "facts": [fact], "provider": None}]
    )
    return {"recommendation": recommendation, "assessments": assessments}


def _terms(shop, spec, priced):
    days = spec.get("payment_terms_days")
    if days is None:
        return None
    total = {"amount": str(priced.total), "currencyCode": priced.currency}
    due = shop.clock.iso(days * 86400)
    schedule = {
        "id": f"gid://shopify/PaymentSchedule/{shop.next_id()}",
        "dueAt": due,
        "issuedAt": shop.clock.iso(),
        "completedAt": None,
        "balanceDue": total,
        "totalBalance": total,
    }
    return {
        "id": f"gid://shopify/PaymentTerms/{shop.next_id()}",
        "paymentTermsName": f"Net {days}",
        "paymentTermsType": "NET",
        "dueInDays": days,
        "overdue": False,
        "paymentSchedules": [schedule],
    }


def _fee(shop, spec, money):
    return {
        "id": f"gid://shopify/AdditionalFee/{shop.next_id()}",
        "name": spec["name"],
        "price": money.bag(rounded(str(spec["price"]), money.presentment)),
        "taxLines": [],
    }


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


def application(index, spec, currency):
    percent = spec["type"] == "percentage"
    value = (
        {"__typename": "PricingPercentageValue", "percentage": float(spec["value"])}
        if percent
        else {
            "__typename": "MoneyV2",
            "amount": str(rounded(str(spec["value"]), currency)),
            "currencyCode": currency,
        }
    )
    chosen = (
        "ALL"
        if spec.get("lines") is None
        else "EXPLICIT"
        if spec["kind"] == "manual"
        else "ENTITLED"
    )
    return {
        "__typename": APPLICATIONS[spec["kind"]],
        "index": index,
        "allocationMethod": spec.get("method", "ACROSS"),
        "targetSelection": chosen,
        "targetType": "SHIPPING_LINE"
        if spec.get("target") == "shipping"
        else "LINE_ITEM",
        "value": value,
        "code": spec.get("code"),
        "title": spec.get("title") or spec.get("code") or "Discount",
        "description": spec.get("description"),
    }
