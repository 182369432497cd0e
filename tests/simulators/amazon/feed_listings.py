"""JSON_LISTINGS_FEED and its processing report (schemas in the contracts; fact sheet,
section 4)."""

import functools
import json

import jsonschema

from . import contract
from .listing_check import issue
from .listing_write import Change, submit

MESSAGES_AT_MOST = 25_000
CHECKED = 100  # messages of a feed that are held against the schema
KINDS = ("UPDATE", "PARTIAL_UPDATE", "PATCH", "DELETE")


def process(simulator, seller, feed, raw):
    """Process a feed; return its report and the content type.

    :raises ValueError: the feed as a whole is invalid
    """
    given = json.loads(raw.decode("utf-8"))
    _check(seller, given)
    _validate(simulator, given)
    issues, accepted, seen = [], 0, set()
    for message in given["messages"]:
        found = _one(seller, feed["marketplaceIds"][0], message, seen)
        issues += [_told(message, one) for one in found]
        accepted += not any(one["severity"] == "ERROR" for one in found)
    report = _report(seller, feed, given, issues, accepted)
    return json.dumps(report).encode(), "application/json; charset=UTF-8"


def _check(seller, given):
    header = given.get("header") or {}
    if header.get("sellerId") != seller.id or header.get("version") != "2.0":
        raise ValueError("the header names another seller or version")
    if not isinstance(given.get("messages"), list) or not given["messages"]:
        raise ValueError("there are no messages")
    if len(given["messages"]) > MESSAGES_AT_MOST:
        raise ValueError(f"there are more than {MESSAGES_AT_MOST} messages")


def _validate(simulator, given):
    """Hold the head of the feed against the official schema."""
    if not contract.available():
        return
    head = {**given, "messages": given["messages"][:CHECKED]}
    problems = [error.message[:300] for error in _schema().iter_errors(head)]
    simulator.violations.add("JSON_LISTINGS_FEED", "request", problems)


@functools.cache
def _schema():
    folder = contract.FOLDER / "schemas" / "feeds"
    read = lambda name: json.loads((folder / name).read_text("utf-8"))  # noqa: E731
    feed = read("listings-feed-schema-v2.json")
    message = read("listings-feed-message-schema-v2.json")
    feed["properties"]["messages"]["items"] = message
    return jsonschema.Draft7Validator(feed)


def _one(seller, place, message, seen):
    """Process one message; return its issues."""
    number = message.get("messageId")
    if not isinstance(number, int) or number < 1 or number in seen:
        return [issue("4000001", "The messageId must be a unique positive number.")]
    seen.add(number)
    if message.get("operationType") not in KINDS or not message.get("sku"):
        return [issue("4000002", "The message needs a SKU and an operation.")]
    change = Change(
        message["operationType"],
        message["sku"],
        message.get("productType", "PRODUCT"),
        place,
        attributes=message.get("attributes") or {},
        patches=message.get("patches") or [],
        requirements=message.get("requirements", "LISTING"),
    )
    try:
        return submit(seller, change)
    except ValueError as error:
        return [issue("4000004", str(error))]


def _told(message, found):
    """Return an issue as the report writes it; not every one names the SKU."""
    told = {
        "messageId": message.get("messageId"),
        "code": found["code"],
        "severity": found["severity"],
        "message": found["message"],
    }
    if "attributeNames" in found:
        told["attributeNames"] = found["attributeNames"]
    if found["code"] != "13013":
        told["sku"] = message.get("sku")
    return told


def _report(seller, feed, given, issues, accepted):
    total = len(given["messages"])
    return {
        "header": {
            "sellerId": seller.id,
            "version": "2.0",
            "feedId": feed["feedId"],
        },
        "issues": issues,
        "summary": {
            "errors": sum(one["severity"] == "ERROR" for one in issues),
            "warnings": sum(one["severity"] == "WARNING" for one in issues),
            "messagesProcessed": total,
            "messagesAccepted": accepted,
            "messagesInvalid": total - accepted,
        },
    }
