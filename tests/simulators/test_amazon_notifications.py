"""Destinations, subscriptions and what is sent, through the real library."""

import io
import json

import httpx
import jsonschema
import pytest
from sp_api.api import (
    FeedsV20210630,
    ListingsItemsV20210801,
    Notifications,
    Reports,
)
from sp_api.base.exceptions import (
    SellingApiForbiddenException,
    SellingApiNotFoundException,
)

from .amazon import contract
from .amazon.marketplaces import MARKETPLACES
from .inbox import receiving

DE = MARKETPLACES["DE"].id
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


def _sqs(amazon, action, **body):
    url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
    headers = {"X-Amz-Target": f"AmazonSQS.{action}"}
    answer = httpx.post(
        f"{amazon.url}/_sqs",
        json={"QueueUrl": url, **body},
        headers=headers,
        trust_env=False,
    )
    assert answer.status_code == 200
    return answer.json()


def test_a_message_comes_again_until_it_is_deleted(amazon, subscribed, place):
    place()
    (one,) = _sqs(amazon, "ReceiveMessage", MaxNumberOfMessages=10)["Messages"]
    assert json.loads(one["Body"])["NotificationType"] == "ORDER_CHANGE"
    assert _sqs(amazon, "ReceiveMessage") == {}
    amazon.post("time", advance=31)
    (again,) = _sqs(amazon, "ReceiveMessage")["Messages"]
    assert again["MessageId"] == one["MessageId"]
    entry = {"Id": "1", "ReceiptHandle": again["ReceiptHandle"]}
    assert _sqs(amazon, "DeleteMessageBatch", Entries=[entry])["Successful"]
    amazon.post("time", advance=31)
    assert _sqs(amazon, "ReceiveMessage") == {}


BRIDGED = (
    "LISTINGS_ITEM_ISSUES_CHANGE",
    "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
)


@pytest.mark.skipif(not contract.available(), reason="the official schema is not here")
def test_other_notifications_are_as_their_schemas_say(
    amazon, seller, client, library, queue
):
    target = client.create_destination("bridge", account_id="1", region="eu-west-1")
    for kind in BRIDGED:
        client.create_subscription(
            kind, destination_id=target.payload["destinationId"], payload_version="1.0"
        )
    target = client.create_destination("sqs", arn=ARN)
    fba = "FBA_INVENTORY_AVAILABILITY_CHANGES"
    names = {
        "FEED_PROCESSING_FINISHED": "FeedProcessingFinishedNotification",
        "REPORT_PROCESSING_FINISHED": "ReportProcessingFinishedNotification",
        fba: "FBAInventoryAvailabilityChangeNotification",
        "LISTINGS_ITEM_ISSUES_CHANGE": "ListingsItemIssuesChangeNotification",
        "LISTINGS_ITEM_MFN_QUANTITY_CHANGE": "ListingsItemMfnQuantityChange",
    }
    amazon.post(f"sellers/{seller['name']}/settings", enforce_rates=False)
    for kind in set(names) - set(BRIDGED):
        client.create_subscription(
            kind, destination_id=target.payload["destinationId"], payload_version="1.0"
        )
    _stir(amazon, seller, library)
    seen = set()
    for message in queue():
        kind = message.get("NotificationType") or message["notificationType"]
        path = f"schemas/notifications/{names[kind]}.json"
        schema = json.loads((contract.FOLDER / path).read_text(encoding="utf-8"))
        jsonschema.validate(message, schema)
        seen.add(kind)
    assert seen == set(names)


def _stir(amazon, seller, library):
    """Let everything happen that is told."""
    amazon.post(
        f"sellers/{seller['name']}/listings/late_issues",
        sku="SKU-0001",
        issues=[{"code": "1", "message": "m", "severity": "ERROR", "categories": []}],
    )
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": 2}]
    path = "/attributes/fulfillment_availability"
    library(ListingsItemsV20210801).patch_listings_item(
        seller["seller_id"],
        "SKU-0001",
        marketplaceIds=DE,
        body={
            "productType": "PRODUCT",
            "patches": [{"op": "merge", "path": path, "value": value}],
        },
    )
    library(FeedsV20210630).submit_feed(
        "JSON_LISTINGS_FEED",
        io.BytesIO(b"{}"),
        "application/json; charset=UTF-8",
        marketplaceIds=[DE],
    )
    library(Reports).create_report(
        reportType="GET_MERCHANT_LISTINGS_ALL_DATA", marketplaceIds=[DE]
    )
    amazon.post(f"sellers/{seller['name']}/fba/receive", sku="BOTH", units=3)


def test_a_slow_feed_is_told_without_a_call(
    amazon_server, amazon, seller, client, library, queue
):
    target = client.create_destination("sqs", arn=ARN).payload["destinationId"]
    client.create_subscription(
        "FEED_PROCESSING_FINISHED", destination_id=target, payload_version="1.0"
    )
    amazon.post(f"sellers/{seller['name']}/settings", feed_seconds=600)
    kind = "application/json; charset=UTF-8"
    library(FeedsV20210630).submit_feed(
        "JSON_LISTINGS_FEED", io.BytesIO(b"{}"), kind, marketplaceIds=[DE]
    )
    assert queue() == []
    amazon.post("time", advance=601)
    amazon_server.simulator.go_on()
    assert len(queue()) == 1
