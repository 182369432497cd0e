"""Reports of orders: all, those that Amazon has shipped, those without invoice."""

from ..clock import parse
from .marketplaces import BY_ID
from .order_state import by_amazon, item_of, status
from .report_window import in_window

ALL_ORDERS = [
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "url",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
]
SHIPMENTS = [
    "amazon-order-id",
    "merchant-order-id",
    "shipment-id",
    "shipment-item-id",
    "amazon-order-item-id",
    "merchant-order-item-id",
    "purchase-date",
    "payments-date",
    "shipment-date",
    "reporting-date",
    "buyer-email",
    "buyer-name",
    "buyer-phone-number",
    "sku",
    "product-name",
    "quantity-shipped",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "ship-service-level",
    "recipient-name",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "carrier",
    "tracking-number",
    "estimated-arrival-date",
    "fulfillment-center-id",
    "fulfillment-channel",
    "sales-channel",
]
INVOICES = [
    "order-id",
    "shipping-id",
    "transaction-id",
    "transaction-type",
    "marketplace-id",
    "sku",
    "quantity",
    "item-price",
    "currency",
    "is-business-order",
    "invoice-status",
]
WORDS = {
    "PENDING_AVAILABILITY": "Pending",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "Shipping",
    "SHIPPED": "Shipped",
    "CANCELLED": "Cancelled",
    "UNFULFILLABLE": "Cancelled",
}


def _lines(seller, report, key):
    """Yield (order, item) of the marketplaces and the window."""
    for order in seller.table("orders").values():
        place = order["salesChannel"]["marketplaceId"]
        inside = in_window(report, order[key])
        if place in report["marketplaceIds"] and inside:
            for item in order["orderItems"]:
                yield order, item


def _table(header, rows):
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def _amounts(item):
    found = {
        row["type"]: row["subtotal"]["amount"] for row in item["proceeds"]["breakdowns"]
    }
    return {
        "currency": item["proceeds"]["proceedsTotal"]["currencyCode"],
        "item-price": found.get("ITEM", ""),
        "item-tax": found.get("TAX", ""),
        "shipping-price": found.get("SHIPPING", ""),
        "gift-wrap-price": found.get("GIFT_WRAP", ""),
    }


def _place(order):
    address = order["recipient"]["deliveryAddress"]
    keys = {
        "ship-city": "city",
        "ship-state": "stateOrRegion",
        "ship-postal-code": "postalCode",
        "ship-country": "countryCode",
    }
    return {name: address.get(key, "") for name, key in keys.items()}


def all_orders(seller, report):
    """GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL: nobody's name."""
    rows = []
    for order, item in _lines(seller, report, "lastUpdatedTime"):
        gone = not item["quantityOrdered"]
        rows.append(
            {
                "amazon-order-id": order["orderId"],
                "purchase-date": parse(order["createdTime"]).isoformat(),
                "last-updated-date": parse(order["lastUpdatedTime"]).isoformat(),
                "order-status": WORDS[status(order)],
                "fulfillment-channel": "Amazon" if by_amazon(order) else "Merchant",
                "sales-channel": _channel(order),
                "product-name": item["product"]["title"],
                "sku": item["product"]["sellerSku"],
                "asin": item["product"].get("asin", ""),
                "item-status": "Cancelled" if gone else WORDS[status(order)],
                "quantity": item["quantityOrdered"],
                **_amounts(item),
                **_place(order),
            }
        )
    return _table(ALL_ORDERS, rows)


def _channel(order):
    return BY_ID[order["salesChannel"]["marketplaceId"]].name


def shipments(seller, report):
    """GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL: a row per shipment and item."""
    rows = []
    for order in seller.table("orders").values():
        if order["salesChannel"]["marketplaceId"] not in report["marketplaceIds"]:
            continue
        rows += [
            _shipped(order, shipment, number, units)
            for shipment in order.get("_shipments", ())
            if in_window(report, shipment["at"])
            for number, units in shipment["items"].items()
        ]
    return _table(SHIPMENTS, rows)


def _shipped(order, shipment, number, units):
    item = item_of(order, number)
    when = parse(shipment["at"]).isoformat()
    return {
        "amazon-order-id": order["orderId"],
        "shipment-id": shipment["id"],
        "shipment-item-id": f"{shipment['id']}{number[-4:]}",
        "amazon-order-item-id": number,
        "purchase-date": parse(order["createdTime"]).isoformat(),
        "payments-date": when,
        "shipment-date": when,
        "reporting-date": when,
        "sku": item["product"]["sellerSku"],
        "product-name": item["product"]["title"],
        "quantity-shipped": units,
        **_amounts(item),
        **_place(order),
        "carrier": "AMZN_DE",
        "tracking-number": f"DE{shipment['id'][1:]}",
        "fulfillment-center-id": "LEJ1",
        "fulfillment-channel": "AFN",
        "sales-channel": _channel(order),
    }


def missing_invoices(seller, report):
    """GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT: shipped orders without an invoice."""
    done = {one.get("orderid") for one in seller.table("invoices").values()}
    rows = []
    for order, item in _lines(seller, report, "createdTime"):
        if status(order) != "SHIPPED" or order["orderId"] in done:
            continue
        rows.append(
            {
                "order-id": order["orderId"],
                "shipping-id": f"S{item['orderItemId'][-9:]}",
                "transaction-id": f"T{item['orderItemId'][-9:]}",
                "transaction-type": "SHIPMENT",
                "marketplace-id": order["salesChannel"]["marketplaceId"],
                "sku": item["product"]["sellerSku"],
                "quantity": item["quantityOrdered"],
                "item-price": _amounts(item)["item-price"],
                "currency": _amounts(item)["currency"],
                "is-business-order": str(
                    "AMAZON_BUSINESS" in order["programs"]
                ).lower(),
                "invoice-status": "Pending",
            }
        )
    return _table(INVOICES, rows)
