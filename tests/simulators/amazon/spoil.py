"""What can go wrong with a call (fact sheet, sections 3, 6 and 8)."""

import re
import time

from werkzeug.wrappers import Response

from ..faults import Menu
from ..http import Dropped, html_answer, json_answer
from .errors import denied, failure, quota, unavailable

GIVE_UP_SECONDS = 90.0
BEFORE = frozenset(
    {
        "html_502",  # the library raises nothing at it
        "html_503",
        "gateway_403",  # {"message": "Forbidden"}, likewise
        "empty_429",  # likewise
        "quota_429",
        "http_500",  # InternalFailure
        "http_503",  # ServiceUnavailable
        "not_json",  # HTTP 200, HTML body
        "reset",  # connection closed without an answer
        "hang",  # answers later than the client waits, no effect
        "expired_token",  # the token is revoked: 403
        "denied",  # 403 of a missing role
        "invalid_input",  # 400 at an unchanged query: an outage [I 5365]
    }
)
AFTER = frozenset(
    {
        "lost_answer",  # the effect happens, the connection is closed
        "late_answer",  # the effect happens, the answer comes too late
        "html_502_after",
        "gateway_504_after",
        "rewrite",  # a regular expression is applied to the answer
    }
)
FEEDS = frozenset({"feed_fatal", "feed_cancelled"})
REPORTS = frozenset({"report_fatal", "report_cancelled"})
DOCUMENTS = frozenset({"expired_document"})  # the pre-signed URL has expired
SURVIVED = frozenset(
    {
        "html_502",
        "html_503",
        "gateway_403",
        "empty_429",
        "quota_429",
        "http_500",
        "http_503",
        "not_json",
        "reset",
        "hang",
        "expired_token",
        "lost_answer",
        "late_answer",
        "html_502_after",
        "gateway_504_after",
        "expired_document",
    }
)
TOKEN = frozenset({"html_502", "html_503", "not_json", "reset", "hang", "lost_answer"})
HTML = {
    "html_502": ("Bad Gateway", 502),
    "html_503": ("Service Unavailable", 503),
    "not_json": ("Amazon", 200),
    "html_502_after": ("Bad Gateway", 502),
}
ERRORS = {
    "quota_429": quota,
    "http_500": failure,
    "http_503": unavailable,
    "denied": denied,
}


def _apply_to(names):
    """Return the kinds of the mix that can strike a call, sorted."""
    if "token" in names:
        return sorted(TOKEN)
    if "document" in names:
        return ["expired_document", "html_503", "reset"]
    return sorted(SURVIVED - DOCUMENTS)


MENU = Menu(BEFORE | AFTER | FEEDS | REPORTS | DOCUMENTS, SURVIVED, _apply_to)


def before_effect(rule):
    """Return the response of a fault that strikes before anything happened, or None."""
    fault = rule.fault
    if fault in HTML and not fault.endswith("_after"):
        return html_answer(*HTML[fault])
    if fault == "gateway_403":
        return json_answer({"message": "Forbidden"}, 403)
    if fault == "empty_429":
        return Response(status=429)
    if fault == "invalid_input":
        return json_answer(_unfounded(), 400)
    if fault in ERRORS:
        error = ERRORS[fault]()
        return json_answer(error.body(), error.status)
    if fault == "hang":
        time.sleep(rule.options.get("seconds", GIVE_UP_SECONDS))
    return Dropped() if fault in ("reset", "hang") else None


def _unfounded():
    return {"errors": [{"code": "InvalidInput", "message": "Invalid Input"}]}


def after_effect(response, rule):
    """Return the response of a fault that strikes when everything has happened, or
    None.

    :param response: what would be answered
    """
    fault, options = rule.fault, rule.options
    if fault == "rewrite":
        text = response.get_data(as_text=True)
        response.set_data(re.sub(options["find"], options["replace"], text))
        return response
    if fault == "html_502_after":
        return html_answer(*HTML[fault])
    if fault == "gateway_504_after":
        return json_answer({"message": "Endpoint request timed out"}, 504)
    if fault == "late_answer":
        time.sleep(options.get("seconds", GIVE_UP_SECONDS))
    return Dropped() if fault in ("late_answer", "lost_answer") else None
