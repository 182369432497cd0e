"""Feeds: listings, orders, invoices, through the real library."""

import io
import json
from xml.etree import ElementTree as Xml

import httpx
import jsonschema
import pytest
from sp_api.api import FeedsV20210630
from sp_api.base.exceptions import (
    SellingApiBadRequestException,
    SellingApiRequestThrottledException,
)

from .amazon import contract
from .amazon.marketplaces import MARKETPLACES

DE, FR = (MARKETPLACES[code].id for code in ("DE", "FR"))
JSON = "application/json; charset=UTF-8"
XML = "text/xml; charset=UTF-8"


@pytest.fixture
def feeds(library):
    return library(FeedsV20210630)


@pytest.fixture
def submit(feeds):
    def sent(kind, raw, content_type=JSON, places=(DE,), **more):
        """Upload past the library's own method, which uses a client of five seconds."""
        made = feeds._request(
            "/feeds/2021-06-30/documents",
            data={"method": "POST", "contentType": content_type},
            add_marketplace=False,
        ).payload
        headers = {"Content-Type": content_type}
        answer = httpx.put(
            made["url"], content=raw, headers=headers, trust_env=False, timeout=60
        )
        assert answer.status_code == 200
        return feeds.create_feed(
            kind, made["feedDocumentId"], marketplaceIds=list(places), **more
        ).payload["feedId"]

    return sent


def messages(seller, *given):
    return json.dumps(
        {
            "header": {
                "sellerId": seller["seller_id"],
                "version": "2.0",
                "issueLocale": "en_US",
            },
            "messages": list(given),
        }
    ).encode()


def quantity(number, sku, count, **more):
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": count}]
    patch = {"op": "merge", "path": "/attributes/fulfillment_availability"}
    return {
        "messageId": number,
        "sku": sku,
        "operationType": "PATCH",
        "productType": "PRODUCT",
        "patches": [{**patch, "value": value}],
        **more,
    }


@pytest.fixture
def result(feeds):
    def read(number):
        feed = feeds.get_feed(number).payload
        assert feed["processingStatus"] == "DONE"
        return feeds.get_feed_result_document(feed["resultFeedDocumentId"])

    return read


def test_one_bad_sku_marks_only_itself(amazon, seller, submit, result):
    raw = messages(
        seller,
        quantity(1, "SKU-0001", 3),
        quantity(2, "gone", 4),
        quantity(3, "SKU-0002", "many"),
        quantity(4, "SKU-0003", 5),
    )
    report = json.loads(result(submit("JSON_LISTINGS_FEED", raw)))
    assert [one["messageId"] for one in report["issues"]] == [2, 3]
    assert "sku" not in report["issues"][0]
    assert report["summary"] == {
        "errors": 2,
        "warnings": 0,
        "messagesProcessed": 4,
        "messagesAccepted": 2,
        "messagesInvalid": 2,
    }
    stock = amazon.get(f"sellers/{seller['name']}/stock")["stock"]
    assert [stock[f"SKU-000{n}"]["merchant"] for n in (1, 2, 3)] == [3, 10, 5]
    if contract.available():
        name = "schemas/feeds/listings-feed-processing-report-schema-v2.json"
        schema = json.loads((contract.FOLDER / name).read_text(encoding="utf-8"))
        jsonschema.validate(report, schema)


def test_the_librarys_own_upload_works(seller, feeds, result):
    raw = io.BytesIO(messages(seller, quantity(1, "SKU-0001", 3)))
    _document, feed = feeds.submit_feed(
        "JSON_LISTINGS_FEED", raw, JSON, marketplaceIds=[DE]
    )
    assert json.loads(result(feed.payload["feedId"]))["issues"] == []


def test_a_feed_takes_its_time(amazon, seller, feeds, submit):
    amazon.post(f"sellers/{seller['name']}/settings", feed_seconds=600)
    number = submit("JSON_LISTINGS_FEED", messages(seller, quantity(1, "BOTH", 1)))
    seen = [feeds.get_feed(number).payload["processingStatus"]]
    for seconds in (301, 300):
        amazon.post("time", advance=seconds)
        seen.append(feeds.get_feed(number).payload["processingStatus"])
    assert seen == ["IN_QUEUE", "IN_PROGRESS", "DONE"]


@pytest.mark.parametrize(
    ("fault", "status"), [("feed_fatal", "FATAL"), ("feed_cancelled", "CANCELLED")]
)
def test_feeds_that_end_badly(amazon, seller, feeds, submit, fault, status):
    amazon.fault(fault=fault, operations=["createFeed"], limit=1)
    raw = messages(seller, quantity(1, "SKU-0001", 1))
    feed = feeds.get_feed(submit("JSON_LISTINGS_FEED", raw)).payload
    assert feed["processingStatus"] == status
    assert "resultFeedDocumentId" not in feed
    assert amazon.get(f"sellers/{seller['name']}/stock")["stock"]["SKU-0001"][
        "merchant"
    ] == (10)


def test_a_fatal_feed_may_say_why(feeds, submit):
    feed = feeds.get_feed(submit("JSON_LISTINGS_FEED", b"{]")).payload
    assert feed["processingStatus"] == "FATAL"
    told = feeds.get_feed_result_document(feed["resultFeedDocumentId"])
    assert "invalid" in told


def test_one_marketplace_for_a_listings_feed(seller, submit):
    raw = messages(seller, quantity(1, "SKU-0001", 1))
    with pytest.raises(SellingApiBadRequestException, match="maximum of 1"):
        submit("JSON_LISTINGS_FEED", raw, places=(DE, FR))


def test_retired_feeds_end_fatal(feeds, submit):
    number = submit("POST_INVENTORY_AVAILABILITY_DATA", b"<AmazonEnvelope/>", XML)
    assert feeds.get_feed(number).payload["processingStatus"] == "FATAL"


def test_urls_expire_and_want_their_content_type(amazon, feeds):
    made = feeds._request(
        "/feeds/2021-06-30/documents",
        data={"method": "POST", "contentType": JSON},
        add_marketplace=False,
    ).payload
    wrong = httpx.put(made["url"], content=b"{}", trust_env=False)
    assert wrong.status_code == 403
    amazon.post("time", advance=301)
    headers = {"Content-Type": JSON}
    late = httpx.put(made["url"], content=b"{}", headers=headers, trust_env=False)
    assert "Request has expired" in late.text


def test_feeds_are_found_again(seller, feeds, submit):
    raw = messages(seller, quantity(1, "SKU-0001", 1))
    made = [submit("JSON_LISTINGS_FEED", raw) for _feed in range(3)]
    first = feeds.get_feeds(feedTypes="JSON_LISTINGS_FEED", pageSize=2)
    found = first.payload["feeds"]
    token = first.next_token
    found += feeds.get_feeds(nextToken=token).payload["feeds"]
    assert [one["feedId"] for one in found] == made[::-1]


def test_twenty_five_thousand_messages(amazon, seller, feeds, submit, result):
    amazon.post(f"sellers/{seller['name']}/listings", products=100, prefix="P")
    skus = [f"P-{n % 100 + 1:04d}" for n in range(24_995)] + ["gone"] * 5
    given = [quantity(n, sku, n % 50) for n, sku in enumerate(skus, 1)]
    report = json.loads(result(submit("JSON_LISTINGS_FEED", messages(seller, *given))))
    assert report["summary"]["messagesAccepted"] == 24_995
    assert {one["code"] for one in report["issues"]} == {"13013"}
    one_more = messages(seller, *given, quantity(25_001, "BOTH", 1))
    feed = feeds.get_feed(submit("JSON_LISTINGS_FEED", one_more)).payload
    assert feed["processingStatus"] == "FATAL"


def envelope(seller, kind, *bodies):
    parts = "".join(
        f"<Message><MessageID>{number}</MessageID>{body}</Message>"
        for number, body in enumerate(bodies, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><Header>'
        "<DocumentVersion>1.01</DocumentVersion>"
        f"<MerchantIdentifier>{seller['seller_id']}</MerchantIdentifier></Header>"
        f"<MessageType>{kind}</MessageType>{parts}</AmazonEnvelope>"
    ).encode()


@pytest.fixture
def order(amazon, seller):
    def placed(**spec):
        given = {"lines": [{"sku": "SKU-0001", "quantity": 2}], **spec}
        path = f"sellers/{seller['name']}/orders"
        number = amazon.post(path, given)["orders"][0]["id"]
        return number, lambda: amazon.get(f"{path}/{number}")["order"]

    return placed


def cancelling(number, item="", reason="NoInventory"):
    line = (
        f"<Item><AmazonOrderItemCode>{item}</AmazonOrderItemCode>"
        f"<CancelReason>{reason}</CancelReason></Item>"
    )
    return (
        f"<OrderAcknowledgement><AmazonOrderID>{number}</AmazonOrderID>"
        f"<StatusCode>Failure</StatusCode>{line if item else ''}</OrderAcknowledgement>"
    )


def problems(raw):
    report = Xml.fromstring(raw).find("Message/ProcessingReport")
    return [
        (one.findtext("MessageID"), one.findtext("ResultMessageCode"))
        for one in report.findall("Result")
    ]


def test_a_failure_acknowledgement_cancels(amazon, seller, submit, result, order):
    number, read = order()
    raw = envelope(
        seller,
        "OrderAcknowledgement",
        cancelling(number),
        cancelling("301-0000000-0000000"),
    )
    number = submit("POST_ORDER_ACKNOWLEDGEMENT_DATA", raw, XML)
    assert problems(result(number)) == [("2", "18028")]
    assert read()["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    execution = read()["orderItems"][0]["cancellation"]["cancellationExecution"]
    assert execution["cancelledBy"] == "MERCHANT"
    stock = amazon.get(f"sellers/{seller['name']}/stock")["stock"]
    assert stock["SKU-0001"]["merchant"] == 10


def refunding(number, item, amount, currency="EUR", reason="CustomerReturn"):
    return (
        f"<OrderAdjustment><AmazonOrderID>{number}</AmazonOrderID><AdjustedItem>"
        f"<AmazonOrderItemCode>{item}</AmazonOrderItemCode>"
        "<MerchantAdjustmentItemID>R1</MerchantAdjustmentItemID>"
        f"<AdjustmentReason>{reason}</AdjustmentReason><ItemPriceAdjustments>"
        f'<Component><Type>Principal</Type><Amount currency="{currency}">{amount}'
        "</Amount></Component></ItemPriceAdjustments></AdjustedItem></OrderAdjustment>"
    )


def test_refunds(amazon, seller, submit, result, order):
    number, read = order()
    item = read()["orderItems"][0]["orderItemId"]
    early = envelope(seller, "OrderAdjustment", refunding(number, item, "1.00"))
    found = problems(result(submit("POST_PAYMENT_ADJUSTMENT_DATA", early, XML)))
    assert found == [("1", "18034")]
    _ship(amazon, seller, number)
    raw = envelope(
        seller,
        "OrderAdjustment",
        refunding(number, item, "30.00"),
        refunding(number, item, "10.01"),
        refunding(number, item, "1.00", "USD"),
        refunding(number, item, "1.00", reason="Whim"),
    )
    found = problems(result(submit("POST_PAYMENT_ADJUSTMENT_DATA", raw, XML)))
    assert found == [("2", "18036"), ("3", "18035"), ("4", "5000")]
    (refund,) = read()["_refunds"]
    assert refund["components"] == {"Principal": "30.00"}


def _ship(amazon, seller, number):
    path = f"sellers/{seller['name']}/orders/{number}"
    amazon.post(f"{path}/merchant_ship", {})


def test_an_invoice_is_kept(amazon, seller, feeds, submit, order):
    number, _read = order()
    options = {
        "metadata:orderid": number,
        "metadata:invoicenumber": "INV/1",
        "metadata:documenttype": "Invoice",
    }
    submit("UPLOAD_VAT_INVOICE", b"%PDF-1.7", "application/pdf", feedOptions=options)
    found = amazon.get(f"sellers/{seller['name']}/invoices")["invoices"]
    assert found["INV/1"]["orderid"] == number
    wrong = submit(
        "UPLOAD_VAT_INVOICE", b"no pdf", "application/pdf", feedOptions=options
    )
    assert feeds.get_feed(wrong).payload["processingStatus"] == "FATAL"


def test_the_sixth_listings_feed_in_five_minutes_is_too_much(amazon, seller, submit):
    raw = messages(seller, quantity(1, "SKU-0001", 1))
    for _feed in range(5):
        submit("JSON_LISTINGS_FEED", raw)
    with pytest.raises(SellingApiRequestThrottledException):
        submit("JSON_LISTINGS_FEED", raw)
    amazon.post("time", advance=301)
    submit("JSON_LISTINGS_FEED", raw)
