"""Notifications API v1: destinations, subscriptions (fact sheet, sections 2 and 4)."""

from .errors import ApiError, invalid, missing
from .operations import operation

SCOPE = "sellingpartnerapi::notifications"
DESTINATIONS = "/notifications/v1/destinations"
TYPE = "/notifications/v1/subscriptions/{notificationType}"
EVENT_BRIDGE = {
    "BRANDED_ITEM_CONTENT_CHANGE",
    "ITEM_PRODUCT_TYPE_CHANGE",
    "LISTINGS_ITEM_STATUS_CHANGE",
    "LISTINGS_ITEM_ISSUES_CHANGE",
    "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
    "PRODUCT_TYPE_DEFINITIONS_CHANGE",
}
SQS = {
    "ORDER_CHANGE",
    "FEED_PROCESSING_FINISHED",
    "REPORT_PROCESSING_FINISHED",
    "FBA_INVENTORY_AVAILABILITY_CHANGES",
    "FBA_OUTBOUND_SHIPMENT_STATUS",
    "FULFILLMENT_ORDER_STATUS",
    "ANY_OFFER_CHANGED",
    "TRANSACTION_UPDATE",
}


@operation("createDestination", "POST", DESTINATIONS, 1, 5, scope=SCOPE)
def create_destination(call):
    """Keep where notifications go."""
    given = call.body["resourceSpecification"]
    resource = _resource(call, given)
    known = call.seller.table("destinations")
    if any(one["resource"] == resource for one in known.values()):
        raise ApiError(409, "Conflict", "The destination exists already.")
    number = f"{call.seller.next_id():08d}-dest-4b7c-b42b-ed4ec98dd746"
    made = {
        "destinationId": number,
        "name": call.body["name"],
        "resource": resource,
    }
    known[number] = made
    return {"payload": made}


def _resource(call, given):
    if "sqs" in given:
        arn = given["sqs"]["arn"]
        if not arn.startswith("arn:aws:sqs:") or arn.endswith(".fifo"):
            raise invalid("The SQS queue is not valid; FIFO is not supported.")
        return {"sqs": {"arn": arn}}
    if "eventBridge" in given:
        name = f"aws.partner/sellingpartnerapi.amazon.com/{call.seller.id}"
        return {"eventBridge": {**given["eventBridge"], "name": name}}
    raise invalid("A resource is required.")


@operation("getDestinations", "GET", DESTINATIONS, 1, 5, scope=SCOPE)
def destinations(call):
    """Return all destinations of the app."""
    return {"payload": list(call.seller.table("destinations").values())}


@operation(
    "getDestination", "GET", DESTINATIONS + "/{destinationId}", 1, 5, scope=SCOPE
)
def destination(call, destinationId):
    """Return one."""
    found = call.seller.table("destinations").get(destinationId)
    if found is None:
        raise missing()
    return {"payload": found}


@operation(
    "deleteDestination", "DELETE", DESTINATIONS + "/{destinationId}", 1, 5, scope=SCOPE
)
def delete_destination(call, destinationId):
    """Forget one that nobody subscribes to."""
    used = call.seller.table("subscriptions").values()
    if any(one["destinationId"] == destinationId for one in used):
        raise ApiError(409, "Conflict", "The destination has subscriptions.")
    if call.seller.table("destinations").pop(destinationId, None) is None:
        raise missing()
    return {}


def of_type(seller, kind):
    """Return the subscription of a type, or None: there is one per type, app and
    seller."""
    return next(
        (one for one in seller.table("subscriptions").values() if one["type"] == kind),
        None,
    )


@operation("createSubscription", "POST", TYPE, 1, 5)
def subscribe(call, notificationType):
    """Subscribe to a type."""
    _known(notificationType)
    target = call.seller.table("destinations").get(call.body["destinationId"])
    if target is None:
        raise invalid("The destination does not exist.")
    wanted = "eventBridge" if notificationType in EVENT_BRIDGE else "sqs"
    if wanted not in target["resource"]:
        raise invalid(f"{notificationType} needs a destination of type {wanted}.")
    if of_type(call.seller, notificationType):
        raise ApiError(409, "Conflict", "A subscription of this type exists already.")
    number = f"{call.seller.next_id():08d}-subs-4b7c-b42b-ed4ec98dd746"
    made = {
        "subscriptionId": number,
        "type": notificationType,
        "payloadVersion": call.body["payloadVersion"],
        "destinationId": call.body["destinationId"],
    }
    if call.body.get("processingDirective"):
        made["processingDirective"] = call.body["processingDirective"]
    call.seller.table("subscriptions")[number] = made
    return {"payload": _view(made)}


def _known(kind):
    if kind not in EVENT_BRIDGE | SQS:
        raise invalid(f"The notification type {kind} is not valid.")


def _view(subscription):
    return {key: value for key, value in subscription.items() if key != "type"}


@operation("getSubscription", "GET", TYPE, 1, 5)
def subscription(call, notificationType):
    """Return the subscription of a type; none is 404."""
    _known(notificationType)
    found = of_type(call.seller, notificationType)
    if found is None:
        raise missing("No subscription of this type.")
    return {"payload": _view(found)}


@operation("getSubscriptions", "GET", "/notifications/v1/subscriptions", 1, 5)
def subscriptions(call):
    """Return the subscriptions of types."""
    kinds = call.query.get("notificationTypes") or []
    found = [
        _view(one)
        for one in call.seller.table("subscriptions").values()
        if one["type"] in kinds
    ]
    return {"payload": {"subscriptions": found}}


@operation("getSubscriptionById", "GET", TYPE + "/{subscriptionId}", 1, 5, scope=SCOPE)
def subscription_by_id(call, notificationType, subscriptionId):
    """Return one subscription."""
    found = call.seller.table("subscriptions").get(subscriptionId)
    if found is None or found["type"] != notificationType:
        raise missing()
    return {"payload": _view(found)}


@operation(
    "deleteSubscriptionById", "DELETE", TYPE + "/{subscriptionId}", 1, 5, scope=SCOPE
)
def unsubscribe(call, notificationType, subscriptionId):
    """End one subscription."""
    found = call.seller.table("subscriptions").get(subscriptionId)
    if found is None or found["type"] != notificationType:
        raise missing()
    del call.seller.table("subscriptions")[subscriptionId]
    return {}


@operation(
    "sendTestNotification", "POST", TYPE + "/testNotification", 1, 5, scope=SCOPE
)
def test_notification(call, notificationType):
    """Send a notification about nothing."""
    _known(notificationType)
    call.seller.announce(call.seller, notificationType, test=True)
    return {}
