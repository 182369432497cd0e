"""The nodes of an order, built from its priced spec."""

from ..amounts import rounded
from . import companies, customers, till

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
        companies.purchasing(shop, spec["company"], buyer)
        if spec.get("company")
        else None
    )
    ordinal = shop.last_order
    return {
        "id": f"gid://shopify/Order/{number}",
        "legacyResourceId": str(number),
        "name": spec.get("name", f"#{ordinal}"),
        "number": ordinal,
        "confirmationNumber": f"SIM{ordinal:06d}",
        "poNumber": spec.get("po_number"),
        "sourceName": spec.get("source_name", "pos" if spec.get("till") else "web"),
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
        "app": {"id": "gid://shopify/App/580111", "name": _app(spec)},
        "publication": None,
        "retailLocation": till.place(shop, spec),
        "cashRounding": str(spec.get("cash_rounding") or 0),
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


def _app(spec):
    return spec.get("app") or ("Point of Sale" if spec.get("till") else "Online Store")


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
