"""Fulfillment orders and fulfilments: fields and mutations (fact sheet, section 8)."""

from .lookup import by_id, listing
from .paging import connection
from .registry import resolver
from .scopes import sees_fulfillment_orders
from .search import exact, number, ordered

FIELDS = {
    "id": number(lambda node: node["legacyResourceId"]),
    "status": exact(lambda node: node["status"]),
    "request_status": exact(lambda node: node["requestStatus"]),
    "order_id": number(lambda node: node["order"].split("/")[-1]),
    "assigned_location_id": number(lambda node: node["place"].split("/")[-1]),
    "updated_at": ordered(lambda node: node["updatedAt"]),
}
KEYS = {"UPDATED_AT": lambda node: node["updatedAt"]}
ACTIONS = {
    "OPEN": ("CREATE_FULFILLMENT", "MOVE", "HOLD", "SPLIT"),
    "IN_PROGRESS": ("CREATE_FULFILLMENT", "MOVE", "HOLD"),
    "ON_HOLD": ("RELEASE_HOLD", "HOLD", "MOVE"),
}


@resolver("QueryRoot.fulfillmentOrder")
def fulfillment_order(_source, info, id):
    return (
        by_id(info, id, "FulfillmentOrder")
        if sees_fulfillment_orders(info.context)
        else None
    )


@resolver("QueryRoot.fulfillment")
def fulfillment(_source, info, id):
    return by_id(info, id, "Fulfillment")


@resolver("QueryRoot.fulfillmentOrders")
def fulfillment_orders(_source, info, includeClosed=False, **page):
    nodes = (
        info.context.shop.all("FulfillmentOrder")
        if sees_fulfillment_orders(info.context)
        else []
    )
    nodes = [
        node
        for node in nodes
        if includeClosed or node["status"] not in ("CLOSED", "CANCELLED")
    ]
    return listing(info, nodes, FIELDS, KEYS, **page)


@resolver("Order.fulfillmentOrders")
def fulfillment_orders_of_order(source, info, displayable=False, **page):
    visible = (
        source["fulfillmentOrders"] if sees_fulfillment_orders(info.context) else []
    )
    return listing(
        info, [info.context.shop.get(gid) for gid in visible], FIELDS, KEYS, **page
    )


@resolver("Order.fulfillments")
def fulfillments_of_order(source, info, first=None, query=None):
    return [info.context.shop.get(gid) for gid in source["fulfillments"]][:first]


@resolver("Order.fulfillmentsCount")
def fulfillments_count(source, _info):
    return {"count": len(source["fulfillments"]), "precision": "EXACT"}


@resolver("FulfillmentOrder.assignedLocation")
def assigned_location(source, info):
    place = info.context.shop.get(source["place"])
    address = place["address"]
    wanted = ("address1", "address2", "city", "province", "zip", "countryCode", "phone")
    return {
        "location": place,
        "name": place["name"],
        **{key: address.get(key) for key in wanted},
    }


@resolver("FulfillmentOrder.destination")
def destination(source, info):
    order = info.context.shop.get(source["order"])
    address = order["shippingAddress"]
    if not address:
        return None
    gid = source["id"].replace("FulfillmentOrder/", "FulfillmentOrderDestination/")
    return {
        **address,
        "id": gid,
        "countryCode": address["countryCodeV2"],
        "email": order["email"],
        "location": None,
    }


@resolver("FulfillmentOrder.deliveryMethod")
def delivery_method(source, info):
    lines = info.context.shop.get(source["order"])["shippingLines"]
    gid = source["id"].replace("FulfillmentOrder/", "DeliveryMethod/")
    title = lines[0]["title"] if lines else None
    return {
        "id": gid,
        "methodType": source.get("delivery", "SHIPPING"),
        "serviceCode": lines[0]["code"] if lines else None,
        "presentedName": title,
    }


@resolver("FulfillmentOrder.supportedActions")
def supported_actions(source, _info):
    return [
        {"action": action, "externalUrl": None}
        for action in ACTIONS.get(source["status"], ())
    ]


@resolver("FulfillmentOrder.orderId")
def order_id(source, _info):
    return source["order"]


@resolver("FulfillmentOrder.orderName", "FulfillmentOrder.orderProcessedAt")
def order_fact(source, info):
    order = info.context.shop.get(source["order"])
    return order["name" if info.field_name == "orderName" else "processedAt"]


@resolver("FulfillmentOrder.fulfillments")
def fulfillments_of_fulfillment_order(source, info, **page):
    nodes = [
        node
        for node in info.context.shop.all("Fulfillment")
        if source["id"] in node["fulfillmentOrders"]
    ]
    return connection(info, nodes, **page)


@resolver("Fulfillment.service")
def service(_source, _info):
    return {
        "id": "gid://shopify/FulfillmentService/1",
        "handle": "manual",
        "serviceName": "Manual",
        "type": "MANUAL",
    }


@resolver("Fulfillment.trackingInfo")
def tracking(source, _info, first=None):
    return source["tracking"][:first]


@resolver("Fulfillment.totalQuantity")
def total_quantity(source, _info):
    return sum(one["quantity"] for one in source["fulfillmentLineItems"])


@resolver(
    "FulfillmentLineItem.originalTotalSet", "FulfillmentLineItem.discountedTotalSet"
)
def line_money(source, info):
    return info.context.shop.get(source["lineItem"])["originalTotalSet"]
