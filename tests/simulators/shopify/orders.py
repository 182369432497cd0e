"""Orders and their parts as the API shows them."""

from . import payments, returns
from .fulfilment_state import OPEN
from .lookup import by_id, count, listing
from .order_totals import current_quantity, lines
from .paging import connection
from .registry import resolver
from .scopes import sees
from .search import exact, number, ordered


def _status(node, shop):
    return (
        "cancelled" if node["cancelledAt"] else "closed" if node["closedAt"] else "open"
    )


def _fields(shop):
    """Return the search fields of orders (fact sheet, section 7)."""
    return {
        "id": number(lambda node: node["legacyResourceId"]),
        "name": exact(lambda node: [node["name"], node["name"].lstrip("#")]),
        "default": exact(lambda node: [node["name"], node["name"].lstrip("#")]),
        "status": lambda node, _op, value: value in ("any", _status(node, shop))
        or (value == "not_closed" and _status(node, shop) != "closed"),
        "financial_status": exact(lambda node: payments.status(shop, node)),
        "fulfillment_status": exact(lambda node: fulfilment_status(shop, node)),
        "return_status": exact(lambda node: returns.order_status(shop, node).lower()),
        "email": exact(lambda node: node["email"]),
        "tag": exact(lambda node: node["tags"]),
        "test": exact(lambda node: str(node["test"])),
        "customer_id": exact(lambda node: (node["customer"] or "").split("/")[-1]),
        "created_at": ordered(lambda node: node["createdAt"]),
        "updated_at": ordered(lambda node: node["updatedAt"]),
        "processed_at": ordered(lambda node: node["processedAt"]),
    }


KEYS = {
    "CREATED_AT": lambda node: node["createdAt"],
    "UPDATED_AT": lambda node: node["updatedAt"],
    "PROCESSED_AT": lambda node: node["processedAt"],
    "ORDER_NUMBER": lambda node: node["number"],
}


@resolver("QueryRoot.order")
def order_by_id(_source, info, id):
    return sees(info.context, by_id(info, id, "Order"))


@resolver("QueryRoot.orders")
def orders(_source, info, sortKey="PROCESSED_AT", **page):
    shop = info.context.shop
    nodes = _visible(info)
    if page.get("query") and (lag := shop.settings["search_lag"]):
        indexed = shop.clock.iso(-lag)
        nodes = [node for node in nodes if node["updatedAt"] <= indexed]
    return listing(info, nodes, _fields(shop), KEYS, sortKey=sortKey, **page)


@resolver("QueryRoot.ordersCount")
def orders_count(_source, info, **arguments):
    return count(info, _visible(info), _fields(info.context.shop), **arguments)


def _visible(info):
    context = info.context
    return [node for node in context.shop.all("Order") if sees(context, node)]


@resolver("Order.lineItems")
def line_items(source, info, **page):
    return connection(info, lines(info.context.shop, source), **page)


@resolver("Order.shippingLines")
def shipping_lines(source, info, includeRemovals=False, **page):
    kept = [
        one
        for one in source["shippingLines"]
        if includeRemovals or not one["isRemoved"]
    ]
    return connection(info, kept, **page)


@resolver("Order.shippingLine")
def shipping_line(source, _info):
    return next((one for one in source["shippingLines"] if not one["isRemoved"]), None)


@resolver("Order.transactions")
def transactions(source, info, first=None, capturable=None, manuallyResolvable=None):
    found = payments.nodes(info.context.shop, source)
    if capturable:
        found = [
            node
            for node in found
            if node["kind"] == "AUTHORIZATION" and node["status"] == "SUCCESS"
        ]
    return found[:first]


@resolver("Order.transactionsCount")
def transactions_count(source, _info):
    return {"count": len(source["transactions"]), "precision": "EXACT"}


@resolver("Order.paymentGatewayNames")
def gateways(source, info):
    return list(
        dict.fromkeys(
            node["gateway"] for node in payments.nodes(info.context.shop, source)
        )
    )


@resolver("Order.displayFinancialStatus")
def financial(source, info):
    return payments.status(info.context.shop, source)


@resolver("Order.displayFulfillmentStatus")
def fulfilment(source, info):
    return fulfilment_status(info.context.shop, source)


def fulfilment_status(shop, order):
    """Return `displayFulfillmentStatus`."""
    wanted = [line for line in lines(shop, order) if line["kind"] != "tip"]
    done = sum(line["fulfilled"] for line in wanted)
    nodes = [shop.get(gid) for gid in order["fulfillmentOrders"]]
    if any(node["status"] == "ON_HOLD" for node in nodes):
        return "ON_HOLD"
    if not any(node["status"] in OPEN for node in nodes):
        return "FULFILLED" if done or not wanted else "UNFULFILLED"
    shipped = any(shop.get(gid)["status"] == "SUCCESS" for gid in order["fulfillments"])
    return "PARTIALLY_FULFILLED" if shipped else "UNFULFILLED"


DERIVED = {
    "Order.closed": lambda shop, node: bool(node["closedAt"]),
    "Order.cancellation": lambda shop, node: {"staffNote": node.get("staffNote")}
    if node["cancelledAt"]
    else None,
    "Order.returnStatus": lambda shop, node: returns.order_status(shop, node),
    "Order.merchantBusinessEntity": lambda shop, node: {
        "id": f"gid://shopify/BusinessEntity/{shop.ordinal + 1}",
        "displayName": shop.name,
    },
    "Order.discountCode": lambda shop, node: next(iter(node["discountCodes"]), None),
    "Order.billingAddressMatchesShippingAddress": lambda shop, node: node[
        "billingAddress"
    ]
    == node["shippingAddress"],
    "Order.subtotalLineItemsQuantity": lambda shop, node: sum(
        line["quantity"] for line in lines(shop, node) if line["kind"] != "tip"
    ),
    "Order.currentSubtotalLineItemsQuantity": lambda shop, node: sum(
        current_quantity(shop, line)
        for line in lines(shop, node)
        if line["kind"] != "tip"
    ),
    "Order.fulfillable": lambda shop, node: any(
        shop.get(gid)["status"] in ("OPEN", "IN_PROGRESS")
        for gid in node["fulfillmentOrders"]
    ),
    "Order.fullyPaid": lambda shop, node: payments.status(shop, node) == "PAID",
    "Order.unpaid": lambda shop, node: payments.received(shop, node) == 0,
    "Order.capturable": lambda shop, node: payments.capturable(shop, node) > 0,
    "Order.canMarkAsPaid": lambda shop, node: payments.outstanding(shop, node) > 0
    and not node["cancelledAt"],
    "Order.requiresShipping": lambda shop, node: any(
        line["requiresShipping"] for line in lines(shop, node)
    ),
    "LineItem.currentQuantity": current_quantity,
    "LineItem.refundableQuantity": current_quantity,
    "LineItem.unfulfilledQuantity": lambda shop, line: unfulfilled(shop, line),
    "LineItem.nonFulfillableQuantity": lambda shop, line: line["quantity"]
    - line["fulfilled"]
    - unfulfilled(shop, line),
}


@resolver(*DERIVED)
def derived(source, info):
    return DERIVED[f"{info.parent_type.name}.{info.field_name}"](
        info.context.shop, source
    )


def unfulfilled(shop, line):
    """Return the units of a line item that wait in open fulfillment orders."""
    order = shop.get(line["order"])
    return sum(
        one["remainingQuantity"]
        for node in (shop.get(gid) for gid in order["fulfillmentOrders"])
        for one in node["lineItems"]
        if one["lineItem"] == line["id"] and node["status"] in OPEN
    )
