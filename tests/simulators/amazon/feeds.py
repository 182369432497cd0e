"""Feeds API 2021-06-30 (fact sheet, section 4, JSON_LISTINGS_FEED and Invoices)."""

import gzip
from datetime import timedelta

from ..clock import iso, parse
from . import documents, feed_invoices, feed_listings, feed_orders, paging
from .errors import invalid, missing, quota
from .marketplaces import check
from .operations import operation

FEEDS = "/feeds/2021-06-30/feeds"
DOCUMENTS = "/feeds/2021-06-30/documents"
LISTINGS_FEEDS, RHYTHM = 5, timedelta(minutes=5)
PROCESSORS = {
    "JSON_LISTINGS_FEED": feed_listings.process,
    "POST_ORDER_ACKNOWLEDGEMENT_DATA": feed_orders.acknowledge,
    "POST_PAYMENT_ADJUSTMENT_DATA": feed_orders.adjust,
    "UPLOAD_VAT_INVOICE": feed_invoices.process,
}
# They end FATAL since 2025-07-31
RETIRED = {
    "POST_PRODUCT_DATA",
    "POST_INVENTORY_AVAILABILITY_DATA",
    "POST_PRODUCT_PRICING_DATA",
    "POST_PRODUCT_OVERRIDES_DATA",
    "POST_PRODUCT_IMAGE_DATA",
    "POST_PRODUCT_RELATIONSHIP_DATA",
    "POST_FLAT_FILE_INVLOADER_DATA",
    "POST_FLAT_FILE_LISTINGS_DATA",
    "POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA",
}


@operation("createFeedDocument", "POST", DOCUMENTS, 0.5, 15)
def create_document(call):
    """Return where to upload to."""
    number = documents.create(call.seller, content_type=call.body["contentType"])
    return 201, {"feedDocumentId": number, "url": documents.link(call, number)}


@operation("createFeed", "POST", FEEDS, 0.0083, 15)
def create(call):
    """Take a feed; it is processed once `feed_seconds` have passed."""
    body = call.body
    kind, places = body["feedType"], body["marketplaceIds"]
    if kind not in {*PROCESSORS, *RETIRED}:
        raise invalid(f"Feed type {kind} is not valid.")
    if kind == "JSON_LISTINGS_FEED" and len(places) > 1:  # [I 4726, 5049]
        raise invalid("Expected a maximum of 1 marketplaceIds.")
    check(call, places)
    _keep_rhythm(call, kind)
    held = call.seller.table("documents").get(body["inputFeedDocumentId"])
    if held is None or held["raw"] is None:
        raise invalid("The input feed document does not exist or is empty.")
    number = str(50_000_000_000 + call.seller.next_id())
    feed = {
        "feedId": number,
        "feedType": kind,
        "marketplaceIds": places,
        "createdTime": call.clock.iso(),
        "processingStatus": "IN_QUEUE",
        "_input": body["inputFeedDocumentId"],
        "_options": body.get("feedOptions") or {},
        "_due": call.clock.timestamp() + call.seller.settings["feed_seconds"],
        "_seconds": call.seller.settings["feed_seconds"],
        "_fate": call.fault.fault if call.fault else None,
    }
    call.seller.table("feeds")[number] = feed
    settle(call.simulator, call.seller)
    return 202, {"feedId": number}


def _keep_rhythm(call, kind):
    """Refuse the sixth listings feed within five minutes.

    :raises ApiError: 429
    """
    if kind != "JSON_LISTINGS_FEED" or not call.seller.settings["enforce_rates"]:
        return
    since = call.clock.now() - RHYTHM
    young = [
        one
        for one in call.seller.table("feeds").values()
        if one["feedType"] == kind and parse(one["createdTime"]) > since
    ]
    if len(young) >= LISTINGS_FEEDS:
        raise quota()


def settle(simulator, seller):
    """Process the feeds whose time has come."""
    now = seller.clock.timestamp()
    for feed in seller.table("feeds").values():
        if feed["processingStatus"] not in ("IN_QUEUE", "IN_PROGRESS"):
            continue
        if feed["_due"] <= now:
            _finish(simulator, seller, feed)
        elif feed["_due"] - feed["_seconds"] / 2 <= now:
            feed["processingStatus"] = "IN_PROGRESS"
            feed.setdefault("processingStartTime", seller.clock.iso())


def _finish(simulator, seller, feed):
    feed.setdefault("processingStartTime", seller.clock.iso())
    status, report = "DONE", None
    if feed["_fate"] == "feed_cancelled":
        status = "CANCELLED"
    elif feed["_fate"] == "feed_fatal" or feed["feedType"] in RETIRED:
        status = "FATAL"
    else:
        raw = documents.content(seller, feed["_input"])
        try:
            report = PROCESSORS[feed["feedType"]](simulator, seller, feed, raw)
        except ValueError as error:
            status = "FATAL"
            report = (f"Feed is invalid: {error}".encode(), "text/plain")
    feed.update(processingStatus=status, processingEndTime=seller.clock.iso())
    if report:
        feed["resultFeedDocumentId"] = _kept(seller, *report)
    seller.announce(seller, "FEED_PROCESSING_FINISHED", feed=feed)
    seller.touch()


def _kept(seller, raw, content_type):
    if not seller.settings["compress"]:
        return documents.create(seller, raw, content_type)
    return documents.create(seller, gzip.compress(raw, 6), content_type, "GZIP")


def view(row):
    """Return a feed or a report as it is answered."""
    return {key: value for key, value in row.items() if not key.startswith("_")}


@operation("getFeed", "GET", FEEDS + "/{feedId}", 2, 15)
def get(call, feedId):
    """Return one feed."""
    settle(call.simulator, call.seller)
    feed = call.seller.table("feeds").get(feedId)
    if feed is None:
        raise missing(f"Feed {feedId} is not found.")
    return view(feed)


@operation("getFeeds", "GET", FEEDS, 0.0222, 10)
def search(call):
    """Return feeds, youngest first."""
    settle(call.simulator, call.seller)
    rows = call.seller.table("feeds").values()
    return page(call, rows, "feedTypes", "feedType", "feeds")


def page(call, rows, types, key, name):
    """Return a page of feeds or reports by type, status and time of creation."""
    token = call.query.one("nextToken")
    if token:
        filters, start = paging.read(call, token, same_query=False)
    else:
        filters, start = _filters(call, types), 0
    size = filters["size"]
    found = [row for row in rows if _passes(row, filters, key)][::-1]
    answer = {name: [view(row) for row in found[start : start + size]]}
    if start + size < len(found):
        answer["nextToken"] = paging.make(call, [filters, start + size])
    return answer


def _filters(call, types):
    if not call.query.get(types):
        raise invalid(f"{types} is required without nextToken.")
    return {
        "types": call.query[types],
        "statuses": call.query.get("processingStatuses"),
        "places": call.query.get("marketplaceIds"),
        "since": call.query.one("createdSince") or "1970-01-01T00:00:00Z",
        "until": call.query.one("createdUntil") or iso(call.clock.now()),
        "size": call.query.number("pageSize", 10),
    }


def _passes(row, filters, key):
    created = parse(row["createdTime"])
    return (
        row[key] in filters["types"]
        and row["processingStatus"]
        in (filters["statuses"] or [row["processingStatus"]])
        and (
            not filters["places"] or set(filters["places"]) & set(row["marketplaceIds"])
        )
        and parse(filters["since"]) <= created <= parse(filters["until"])
    )


@operation("cancelFeed", "DELETE", FEEDS + "/{feedId}", 2, 15)
def cancel(call, feedId):
    """Cancel a feed that waits."""
    settle(call.simulator, call.seller)
    feed = call.seller.table("feeds").get(feedId)
    if feed is None:
        raise missing()
    if feed["processingStatus"] != "IN_QUEUE":
        raise invalid("Only feeds in status IN_QUEUE can be cancelled.")
    feed["processingStatus"] = "CANCELLED"
    return 200, None


@operation("getFeedDocument", "GET", DOCUMENTS + "/{feedDocumentId}", 0.0222, 10)
def document(call, feedDocumentId):
    """Return where to download from."""
    return document_link(call, feedDocumentId, "feedDocumentId")


def document_link(call, number, name):
    """Return the URL of a document, and how it is compressed."""
    held = call.seller.table("documents").get(number)
    if held is None:
        raise missing(f"Document {number} is not found.")
    answer = {name: number, "url": documents.link(call, number)}
    if held["compression"]:
        answer["compressionAlgorithm"] = held["compression"]
    return answer
