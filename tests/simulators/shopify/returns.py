"""Returns: asked for, decided, processed and closed (fact sheet, section 9; official
schema for statuses and errors)."""

from decimal import Decimal

from . import order_actions
from .errors import user_error
from .lookup import by_id
from .money import currencies
from .ordering import known
from .paging import connection
from .registry import resolver

DISPOSED = ("RESTOCKED", "NOT_RESTOCKED", "MISSING")


class Refused(Exception):
    """The change is not allowed in this state."""


# --- state ----------------------------------------------------------------------------


def order_status(shop, order):
    """`OrderReturnStatus`: what has the most to be done is told."""
    found = {shop.get(gid)["status"] for gid in order.get("returns", ())}
    told = {
        "REQUESTED": "RETURN_REQUESTED",
        "OPEN": "IN_PROGRESS",
        "CLOSED": "RETURNED",
    }
    return next((told[one] for one in told if one in found), "NO_RETURN")


def make(shop, order, rows, status, processed=False, exchanges=(), fee=None):
    """A return of units of an order's fulfilments.

    :param rows: [{"line": index of the order's line, "quantity", "reason", "note"}]
    :param exchanges: [{"sku", "quantity"}] that the buyer wants instead
    :param fee: what is kept for the way back
    """
    number = len(order.setdefault("returns", [])) + 1
    node = shop.add(
        "Return",
        {
            "order": order["id"],
            "name": f"{order['name']}-R{number}",
            "status": status,
            "closedAt": None,
            "requestApprovedAt": None,
            "decline": None,
            "refunds": [],
            "returnShippingFees": [_fee(shop, order, fee)] if fee else [],
            "exchangeLineItems": [_exchange(shop, one) for one in exchanges],
            "reverseFulfillmentOrders": [],
            "returnLineItems": [_line(shop, order, row) for row in rows],
        },
    )
    order["returns"].append(node["id"])
    if status == "OPEN":
        _open(shop, node, processed)
    _tell(shop, node, "REQUEST" if status == "REQUESTED" else "APPROVE")
    return node


def _fee(shop, order, amount):
    return {
        "id": f"gid://shopify/ReturnShippingFee/{shop.next_id()}",
        "amountSet": currencies(order).bag(Decimal(amount)),
    }


def _exchange(shop, row):
    """Goods that become a line of the order when they are processed (contract:
    `ExchangeLineItem`, `returnProcess`)."""
    return {
        "id": f"gid://shopify/ExchangeLineItem/{shop.next_id()}",
        "quantity": row.get("quantity", 1),
        "processedQuantity": 0,
        "variantId": known(shop, {"variant": row["sku"]})["variant"],
        "lineItems": None,
    }


def _line(shop, order, row):
    shipped = _shipped(shop, order, row)
    reason = row.get("reason") or "other"
    return {
        "id": f"gid://shopify/ReturnLineItem/{shop.next_id()}",
        "fulfillmentLineItem": shipped,
        "quantity": row.get("quantity", 1),
        "processedQuantity": 0,
        "refundedQuantity": 0,
        "restockingFee": None,
        "refundableQuantity": row.get("quantity", 1),
        "returnReasonNote": row.get("note", ""),
        "customerNote": row.get("customer_note"),
        "returnReasonDefinition": {
            "id": f"gid://shopify/ReturnReasonDefinition/{shop.next_id()}",
            "handle": reason,
            "name": reason.replace("-", " ").capitalize(),
            "deleted": False,
        },
    }


def _shipped(shop, order, row):
    wanted = row.get("fulfillmentLineItemId") or order["lines"][row["line"]]
    for gid in order["fulfillments"]:
        for one in shop.get(gid)["fulfillmentLineItems"]:
            if wanted in (one["id"], one["lineItem"]):
                return one
    raise Refused("The items were not fulfilled.")


def _open(shop, node, processed):
    node["status"] = "OPEN"
    node["requestApprovedAt"] = shop.clock.iso()
    for line in node["returnLineItems"] if processed else ():
        line["processedQuantity"] = line["quantity"]
    node["reverseFulfillmentOrders"] = [
        {
            "id": f"gid://shopify/ReverseFulfillmentOrder/{shop.next_id()}",
            "order": node["order"],
            "status": "OPEN",
            "reverseDeliveries": [],
            "lineItems": [
                {
                    "id": "gid://shopify/ReverseFulfillmentOrderLineItem/"
                    f"{shop.next_id()}",
                    "fulfillmentLineItem": line["fulfillmentLineItem"],
                    "totalQuantity": line["quantity"],
                    "dispositions": [],
                }
                for line in node["returnLineItems"]
            ],
        }
    ]


def _tell(shop, node, what):
    shop.touch(node)
    shop.touch(shop.get(node["order"]))
    shop.emit(f"RETURNS_{what}", node)


def _require(node, *statuses):
    if node["status"] not in statuses:
        raise Refused(f"Return is {node['status'].lower()}.")


def approve(shop, node):
    _require(node, "REQUESTED")
    _open(shop, node, shop.settings.get("returns_processed", False))
    _tell(shop, node, "APPROVE")


def decline(shop, node, reason, note):
    _require(node, "REQUESTED")
    node.update(status="DECLINED", decline={"reason": reason, "note": note})
    _tell(shop, node, "DECLINE")


def cancel(shop, node):
    _require(node, "REQUESTED", "OPEN")
    if any(line["processedQuantity"] for line in node["returnLineItems"]):
        raise Refused("Return has been worked on.")
    node["status"] = "CANCELED"
    _tell(shop, node, "CANCEL")


def close(shop, node):
    _require(node, "OPEN")
    node.update(status="CLOSED", closedAt=shop.clock.iso())
    _tell(shop, node, "CLOSE")


def reopen(shop, node):
    _require(node, "CLOSED")
    node.update(status="OPEN", closedAt=None)
    _tell(shop, node, "REOPEN")


def dispose(shop, inputs):
    """Say what became of units; no more of them than there are."""
    lines = {
        line["id"]: line
        for node in shop.all("Return")
        for order in node["reverseFulfillmentOrders"]
        for line in order["lineItems"]
    }
    touched = []
    for one in inputs:
        line = lines.get(one["reverseFulfillmentOrderLineItemId"])
        if not line:
            raise Refused("Reverse fulfillment order line item does not exist.")
        if one["dispositionType"] == "RESTOCKED" and not one.get("locationId"):
            raise Refused("Location is required for restocked items.")
        told = sum(part["quantity"] for part in line["dispositions"])
        if told + one["quantity"] > line["totalQuantity"]:
            raise Refused("Quantity is more than what is left to dispose.")
        line["dispositions"].append(
            {
                "id": "gid://shopify/ReverseFulfillmentOrderDisposition/"
                f"{shop.next_id()}",
                "type": one["dispositionType"],
                "quantity": one["quantity"],
                "location": one.get("locationId"),
                "createdAt": shop.clock.iso(),
            }
        )
        touched.append(line)
    return touched


def process(shop, node, rows, swaps=()):
    _require(node, "OPEN")
    _swap(shop, node, swaps)
    lines = {line["id"]: line for line in node["returnLineItems"]}
    for row in rows:
        line = lines.get(row["id"])
        if not line:
            raise Refused("Return line item does not exist.")
        if line["processedQuantity"] + row["quantity"] > line["quantity"]:
            raise Refused("Quantity is more than what is left to process.")
    for row in rows:
        lines[row["id"]]["processedQuantity"] += row["quantity"]
        dispose(shop, row.get("dispositions") or ())
    _tell(shop, node, "PROCESS")


def _swap(shop, node, swaps):
    parts = {part["id"]: part for part in node["exchangeLineItems"]}
    for one in swaps:
        part = parts.get(one["id"])
        left = part["quantity"] - part["processedQuantity"] if part else 0
        if one["quantity"] > left:
            raise Refused("Quantity is more than what is left to exchange.")
        order = shop.get(node["order"])
        before = set(order["lines"])
        wanted = {"variant": part["variantId"], "quantity": one["quantity"]}
        spec = {"add": [wanted]}
        order_actions.edit(shop, order, spec)
        part["processedQuantity"] += one["quantity"]
        made = [gid for gid in order["lines"] if gid not in before]
        part["lineItems"] = [*(part["lineItems"] or ()), *map(shop.get, made)]


# --- the API --------------------------------------------------------------------------


@resolver("QueryRoot.return")
def one_return(_source, info, id):
    return by_id(info, id, "Return")


@resolver("Order.returns")
def of_order(source, info, query=None, **page):
    found = [info.context.shop.get(gid) for gid in source.get("returns", ())]
    return connection(info, found, **page)


@resolver("Return.totalQuantity")
def total(source, _info):
    return sum(line["quantity"] for line in source["returnLineItems"])


@resolver(
    "ReturnLineItem.unprocessedQuantity",
    "ReturnLineItem.processableQuantity",
    "ExchangeLineItem.unprocessedQuantity",
    "ExchangeLineItem.processableQuantity",
)
def unprocessed(source, _info):
    return source["quantity"] - source["processedQuantity"]


def _changed(info, gid, change):
    shop, node = info.context.shop, by_id(info, gid, "Return")
    if node is None:
        error = user_error("Return does not exist.", ["id"], "NOT_FOUND")
        return {"return": None, "userErrors": [error]}
    try:
        change(shop, node)
    except Refused as error:
        problem = user_error(str(error), ["id"], "INVALID_STATE")
        return {"return": None, "userErrors": [problem]}
    return {"return": node, "userErrors": []}


@resolver("Mutation.returnApproveRequest")
def approve_request(_source, info, input):
    return _changed(info, input["id"], approve)


@resolver("Mutation.returnDeclineRequest")
def decline_request(_source, info, input):
    return _changed(
        info,
        input["id"],
        lambda shop, node: decline(
            shop, node, input["declineReason"], input.get("declineNote")
        ),
    )


@resolver("Mutation.returnCancel")
def cancel_return(_source, info, id, notifyCustomer=None):
    return _changed(info, id, cancel)


@resolver("Mutation.returnClose")
def close_return(_source, info, id):
    return _changed(info, id, close)


@resolver("Mutation.returnReopen")
def reopen_return(_source, info, id):
    return _changed(info, id, reopen)


@resolver("Mutation.returnProcess")
def process_return(_source, info, input):
    rows = input.get("returnLineItems") or ()
    swaps = input.get("exchangeLineItems") or ()
    return _changed(
        info, input["returnId"], lambda shop, node: process(shop, node, rows, swaps)
    )


@resolver("Mutation.reverseFulfillmentOrderDispose")
def dispose_items(_source, info, dispositionInputs):
    try:
        lines = dispose(info.context.shop, dispositionInputs)
    except Refused as error:
        problem = user_error(str(error), ["dispositionInputs"], "INVALID")
        return {"reverseFulfillmentOrderLineItems": None, "userErrors": [problem]}
    return {"reverseFulfillmentOrderLineItems": lines, "userErrors": []}


def _made(info, order_gid, rows, status, processed=False):
    shop, order = info.context.shop, by_id(info, order_gid, "Order")
    try:
        node = make(shop, order, rows, status, processed)
    except Refused as error:
        problem = user_error(str(error), ["orderId"], "INVALID")
        return {"return": None, "userErrors": [problem]}
    return {"return": node, "userErrors": []}


def _rows(lines):
    return [
        {
            "fulfillmentLineItemId": line["fulfillmentLineItemId"],
            "quantity": line["quantity"],
            "note": line.get("returnReasonNote") or "",
            "customer_note": line.get("customerNote"),
        }
        for line in lines
    ]


@resolver("Mutation.returnRequest")
def request_return(_source, info, input):
    return _made(info, input["orderId"], _rows(input["returnLineItems"]), "REQUESTED")


@resolver("Mutation.returnCreate")
def create_return(_source, info, returnInput):
    return _made(
        info,
        returnInput["orderId"],
        _rows(returnInput["returnLineItems"]),
        "OPEN",
        info.context.shop.settings.get("returns_processed", False),
    )
