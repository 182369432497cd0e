"""Destinations, subscriptions and what is sent, through the real library."""

import json

import jsonschema
import pytest
from sp_api.api import Notifications
from sp_api.base.exceptions import (
    SellingApiForbiddenException,
    SellingApiNotFoundException,
)

from .amazon import contract
from .inbox import receiving

ARN = "arn:aws:sqs:eu-west-1:123456789012:orders"
FILTER = {
    "eventFilter": {
        "eventFilterType": "ORDER_CHANGE",
        "orderChangeTypes": ["OrderStatusChange", "BuyerRequestedChange"],
    }
}


@pytest.fixture
def client(seller, library):
    return library(Notifications)


@pytest.fixture
def subscribed(client):
    target = client.create_destination("orders", arn=ARN).payload["destinationId"]
    return client.create_subscription(
        "ORDER_CHANGE",
        destination_id=target,
        payload_version="1.0",
        processingDirective=FILTER,
    ).payload


@pytest.fixture
def place(amazon, seller):
    def placed(**spec):
        given = {"lines": [{"sku": "SKU-0001"}], **spec}
        path = f"sellers/{seller['name']}/orders"
        return amazon.post(path, given)["orders"][0]["id"]

    return placed


@pytest.fixture
def queue(amazon, seller):
    return lambda: amazon.post(f"sellers/{seller['name']}/queue/take", count=100)[
        "messages"
    ]


def test_subscribing(client, subscribed):
    found = client.get_subscription("ORDER_CHANGE").payload
    assert found["subscriptionId"] == subscribed["subscriptionId"]
    with pytest.raises(SellingApiNotFoundException):
        client.get_subscription("FEED_PROCESSING_FINISHED")
    assert len(client.get_destinations().payload) == 1


def test_grantless_operations_refuse_a_sellers_token(client, subscribed):
    """The library sends it nevertheless (fact sheet, section 3)."""
    with pytest.raises(SellingApiForbiddenException):
        client.delete_notification_subscription(
            "ORDER_CHANGE", subscribed["subscriptionId"]
        )


def test_a_change_is_told(subscribed, place, queue, seller, amazon):
    number = place(status="PENDING")
    amazon.post(f"sellers/{seller['name']}/orders/{number}/release", {})
    first, second = queue()
    payload = first["Payload"]["OrderChangeNotification"]
    assert payload["AmazonOrderId"] == number
    statuses = [
        one["Payload"]["OrderChangeNotification"]["Summary"]["OrderStatus"]
        for one in (first, second)
    ]
    assert statuses == ["Pending", "Unshipped"]
    assert queue() == []


@pytest.mark.skipif(not contract.available(), reason="the official schema is not here")
def test_a_notification_is_as_its_schema_says(subscribed, place, queue, seller, amazon):
    number = place()
    amazon.post(f"sellers/{seller['name']}/orders/{number}/request_cancel", {})
    name = "schemas/notifications/OrderChangeNotification.json"
    schema = json.loads((contract.FOLDER / name).read_text(encoding="utf-8"))
    for message in queue():
        jsonschema.validate(message, schema)


def test_duplicates_and_disorder(amazon, subscribed, place, queue):
    amazon.post("notifications", duplicate=2, shuffle=0.01, seed=1)
    made = [place() for _order in range(5)]
    seen = [
        one["Payload"]["OrderChangeNotification"]["AmazonOrderId"] for one in queue()
    ]
    assert sorted(seen) == sorted(made * 2)
    assert seen != sorted(seen)


@pytest.mark.parametrize("event", [False, True])
def test_an_endpoint_is_called_with_its_secret(
    amazon, seller, subscribed, place, event
):
    with receiving() as box:
        box.status = 500
        amazon.post(
            f"sellers/{seller['name']}/settings",
            notification_url=box.url,
            notification_secret="s3cret",
            notification_event=event,
        )
        number = place()
        box.status = 200
        assert amazon.wait_delivered()
    headers, raw = box.calls[-1]
    assert headers["X-Channel-Secret"] == "s3cret"
    message = json.loads(raw)
    message = message["detail"] if event else message
    payload = message["Payload"]["OrderChangeNotification"]
    assert payload["AmazonOrderId"] == number


def test_a_lost_notification(amazon, subscribed, place, queue):
    amazon.post("notifications", lost=1.0)
    place()
    assert queue() == []
