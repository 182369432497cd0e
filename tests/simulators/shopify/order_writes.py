"""Order mutations (fact sheet, section 7)."""

from decimal import Decimal

from . import customers, order_actions, payments
from .errors import not_found, user_error
from .fulfilment_state import Refused
from .lookup import by_id
from .registry import resolver


def _order(info, gid):
    node = by_id(info, gid, "Order")
    if node is None:
        raise not_found(gid)
    return node


@resolver("Mutation.orderCancel")
def cancel(
    _source,
    info,
    orderId,
    reason,
    restock,
    refundMethod=None,
    notifyCustomer=False,
    staffNote=None,
):
    """Cancel asynchronously: the answer names a job, the order changes at once, the job
    is done a little later."""
    shop = info.context.shop
    node = by_id(info, orderId, "Order")
    if node is None:
        return _refused("Order does not exist", ["orderId"], "NOT_FOUND")
    money = bool((refundMethod or {}).get("originalPaymentMethodsRefund"))
    try:
        order_actions.cancel(
            shop,
            node,
            reason=reason,
            restock=restock,
            refund_money=money,
            note=staffNote,
        )
    except Refused as error:
        return _refused(str(error), error.field, error.code)
    gid = f"gid://shopify/Job/{shop.next_id()}"
    job = shop.put(
        "Job",
        {"id": gid, "done_at": shop.clock.timestamp() + shop.settings["job_seconds"]},
    )
    return {"job": {"id": job["id"], "done": False}, "orderCancelUserErrors": []}


def _refused(message, field, code):
    return {"job": None, "orderCancelUserErrors": [user_error(message, field, code)]}


@resolver("Mutation.orderUpdate")
def update(_source, info, input):
    """Change what is given; tags and customAttributes replace."""
    shop, node = info.context.shop, _order(info, input["id"])
    for key in ("note", "tags", "email", "phone", "poNumber"):
        if key in input:
            node[key] = input[key]
    if "customAttributes" in input:
        node["customAttributes"] = input["customAttributes"]
    if "shippingAddress" in input:
        given = input["shippingAddress"]
        names = {
            "firstName": "first_name",
            "lastName": "last_name",
            "countryCode": "country_code",
        }
        node["shippingAddress"] = customers.address(
            shop, {names.get(key, key): value for key, value in given.items()}
        )
    _changed(shop, node)
    return {"order": node, "userErrors": []}


def _changed(shop, node):
    shop.touch(node)
    shop.emit("ORDERS_UPDATED", node)


@resolver("Mutation.orderMarkAsPaid")
def mark_as_paid(_source, info, input):
    shop, node = info.context.shop, _order(info, input["id"])
    if not payments.outstanding(shop, node) or node["cancelledAt"]:
        return {
            "order": None,
            "userErrors": [user_error("Order cannot be marked as paid.", ["id"])],
        }
    payments.settle(shop, node)
    return {"order": node, "userErrors": []}


@resolver("Mutation.orderCapture")
def capture(_source, info, input):
    shop, node = info.context.shop, _order(info, input["id"])
    amount = Decimal(str(input["amount"]))
    if not 0 < amount <= payments.capturable(shop, node):
        return {
            "transaction": None,
            "userErrors": [
                user_error("Amount exceeds the authorized amount.", ["amount"])
            ],
        }
    made = payments.capture(shop, node, amount, input["parentTransactionId"])
    return {"transaction": made, "userErrors": []}


@resolver("Mutation.orderClose")
def close(_source, info, input):
    shop, node = info.context.shop, _order(info, input["id"])
    node["closedAt"] = shop.clock.iso()
    _changed(shop, node)
    return {"order": node, "userErrors": []}


@resolver("Mutation.tagsAdd")
def tags_add(_source, info, id, tags):
    return _tags(info, id, lambda have: have + [tag for tag in tags if tag not in have])


@resolver("Mutation.tagsRemove")
def tags_remove(_source, info, id, tags):
    return _tags(info, id, lambda have: [tag for tag in have if tag not in tags])


def _tags(info, gid, change):
    shop = info.context.shop
    node = shop.get(gid)
    if node is None or "tags" not in node:
        return {
            "node": None,
            "userErrors": [user_error("Resource does not exist", ["id"])],
        }
    node["tags"] = change(node["tags"])
    shop.touch(node)
    if "lines" in node:
        shop.emit("ORDERS_UPDATED", node)
    return {"node": node, "userErrors": []}
