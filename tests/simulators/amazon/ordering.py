"""A buyer's order comes into being (spec in README, "Order spec")."""

from datetime import timedelta
from decimal import Decimal

from ..clock import iso
from . import stock
from .marketplaces import find
from .money import money
from .order_items import completed, item
from .order_state import stamp, totals

PENDING = ("PENDING", "PENDING_AVAILABILITY")
ADDRESS = {
    "name": "Erika Mustermann",
    "addressLine1": "Hauptstraße 1",
    "city": "Berlin",
    "postalCode": "10115",
    "phone": "+49 30 1234567",
    "addressType": "RESIDENTIAL",
}


def place(seller, spec):
    """Place an order; return it.

    :raises OutOfStock: fewer units are offered, unless the spec says `oversell`
    """
    marketplace = find(spec.get("marketplace") or seller.joined[0])
    by_amazon = spec.get("fulfilled_by", "MERCHANT") == "AMAZON"
    lines = [completed(seller, marketplace, one) for one in spec["lines"]]
    units = [(one["sku"], one["quantity"]) for one in lines]
    if spec.get("channel", "AMAZON") == "AMAZON":  # else another API took them
        stock.take(seller, units, by_amazon, spec.get("oversell", False))
    order = _order(seller, spec, marketplace, by_amazon, lines)
    seller.table("orders")[order["orderId"]] = order
    seller.announce(seller, "ORDER_CHANGE", order=order, change="OrderStatusChange")
    seller.touch()
    return order


def _order(seller, spec, marketplace, by_amazon, lines):
    items = [item(seller, marketplace, one) for one in lines]
    created = stamp(seller, spec.get("age", 0))
    order = {
        "orderId": spec.get("order_id") or _number(seller),
        "createdTime": created,
        "lastUpdatedTime": created,
        "programs": _programs(spec),
        "salesChannel": {
            "channelName": spec.get("channel", "AMAZON"),
            "marketplaceId": marketplace.id,
            "marketplaceName": marketplace.name,
        },
        "buyer": _buyer(spec, marketplace),
        "recipient": _recipient(spec, marketplace),
        "proceeds": _proceeds(spec, marketplace, items, seller),
        "fulfillment": _fulfillment(seller, spec, by_amazon),
        "orderItems": [one for one, _total in items],
        "packages": [],
        "_placed": seller.clock.timestamp(),
    }
    if spec.get("payment_method"):
        execution = {
            "paymentMethod": spec["payment_method"],
            "paymentAmount": order["proceeds"]["grandTotal"],
        }
        order["payment"] = {"paymentExecutions": [execution]}
    if spec.get("business"):
        order["tax"] = _business_tax(spec["business"])
    if spec.get("replaces"):
        kind = spec.get("replaces_kind", "REPLACEMENT_ORIGINAL_ID")
        link = {"orderId": spec["replaces"], "associationType": kind}
        order["associatedOrders"] = [link]
    if spec.get("seller_order_id"):
        alias = {"aliasId": spec["seller_order_id"], "aliasType": "SELLER_ORDER_ID"}
        order["orderAliases"] = [alias]
    totals(order)
    return order


def _number(seller):
    """3-7-7, unique over the marketplaces of an account (fact sheet, section 4)."""
    number = seller.next_id()
    return f"{300 + seller.ordinal}-{number // 10**7 + 1000000:07d}-{number:07d}"


def _programs(spec):
    wanted = list(spec.get("programs", ()))
    for name, given in (("PRIME", "prime"), ("AMAZON_BUSINESS", "business")):
        if spec.get(given) and name not in wanted:
            wanted.append(name)
    return wanted


def _buyer(spec, marketplace):
    given = spec.get("buyer", {})
    business = spec.get("business") or {}
    alias = given.get("email") or f"buyer@marketplace.{marketplace.domain[4:]}"
    found = {
        "buyerName": given.get("name", "Erika Mustermann"),
        "buyerEmail": alias,
        "buyerCompanyName": business.get("company"),
        "buyerPurchaseOrderNumber": business.get("po"),
    }
    return {key: value for key, value in found.items() if value}


def _recipient(spec, marketplace):
    country = {"countryCode": marketplace.country}
    found = {"deliveryAddress": spec.get("address") or {**ADDRESS, **country}}
    if spec.get("preference"):
        found["deliveryPreference"] = spec["preference"]
    return found


def _proceeds(spec, marketplace, items, seller):
    total = sum((total for _item, total in items), Decimal(0))
    found = {}
    if spec.get("tip"):
        tip = Decimal(str(spec["tip"]))
        total += tip
        row = {
            "type": "DELIVERY_TIP",
            "status": "FINALIZED",
            "subtotal": money(tip, marketplace.currency),
        }
        found["breakdowns"] = [row]
    decimals = seller.settings["decimals"]
    return {"grandTotal": money(total, marketplace.currency, decimals), **found}


def _fulfillment(seller, spec, by_amazon):
    now = seller.clock.now()
    ship, deliver = spec.get("ship_days", 2), spec.get("deliver_days", 5)
    return {
        "fulfillmentStatus": spec.get("status", "UNSHIPPED"),
        "fulfilledBy": "AMAZON" if by_amazon else "MERCHANT",
        "fulfillmentServiceLevel": spec.get("service_level", "STANDARD"),
        "shipByWindow": _window(now, now + timedelta(days=ship)),
        "deliverByWindow": _window(
            now + timedelta(days=ship + 1), now + timedelta(days=deliver)
        ),
    }


def _window(start, end):
    """A window ends at local midnight, in UTC here (fact sheet, section 7, 19)."""
    end = end.replace(hour=22, minute=59, second=59)
    return {"earliestDateTime": iso(min(start, end)), "latestDateTime": iso(end)}


def _business_tax(business):
    registration = {
        "entityType": "BUYER",
        "legalName": business.get("company", ""),
        "taxRegistrationType": business.get("vat_type", "VAT"),
        "taxRegistrationNumber": business.get("vat"),
    }
    if not business.get("vat"):
        return {}
    return {
        "taxRegistrations": [registration],
        "taxInvoicing": {"buyerInvoicePreference": "BUSINESS"},
    }
