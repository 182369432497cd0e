"""What the faults of the switchboard do to a GraphQL call (kinds in `faults.py`)."""

import re
import time

from ..http import Dropped, html_answer, json_answer
from . import auth, engine, errors

GIVE_UP_SECONDS = 90.0
PAGES = {
    "http_500": ("Internal Server Error", 500),
    "http_502": ("Bad Gateway", 502),
    "http_503": ("Service Unavailable", 503),
    "not_json": ("Shopify", 200),
    "http_500_after": ("Internal Server Error", 500),
    "not_json_after": ("Shopify", 200),
}
PROTECTED = ("customer", "shippingAddress", "billingAddress", "variant", "product")


def before_effect(call, rule):
    """Return the response of a fault that strikes before anything happened, or None."""
    fault, options = rule.fault, rule.options
    if fault == "throttled":
        bucket = call.simulator.bucket(call.shop, call.app)
        return json_answer(
            engine.throttled(engine.requested_cost(call.prepared), bucket)
        )
    if fault == "http_429":
        after = {"Retry-After": str(options.get("retry_after", 1.0))}
        return json_answer(
            {"errors": "Exceeded 2 calls per second for api client."}, 429, **after
        )
    if fault == "internal_error":
        return json_answer(errors.internal(call.id))
    if fault == "expired_token":
        return _revoked(call)
    if fault == "reset":
        return Dropped()
    if fault == "hang":
        time.sleep(options.get("seconds", GIVE_UP_SECONDS))
        return Dropped()
    return (
        html_answer(*PAGES[fault])
        if fault in PAGES and not fault.endswith("_after")
        else None
    )


def _revoked(call):
    """Take the token away; a static one never expires, so nothing happens to it."""
    with call.shop.lock:
        if call.shop.tokens.get(call.token, {}).get("expires") is None:
            return None
        call.shop.tokens.pop(call.token)
    return auth.unauthorized()


def after_effect(response, rule):
    """Return the response of a fault that strikes when everything has happened, or
    None.

    :param response: what would be answered
    """
    fault, options = rule.fault, rule.options
    if fault == "lost_answer":
        return Dropped()
    if fault == "rewrite":
        text = response.get_data(as_text=True)
        response.set_data(re.sub(options["find"], options["replace"], text))
        return response
    if fault == "late_answer":
        time.sleep(options.get("seconds", GIVE_UP_SECONDS))
        return Dropped()
    return (
        html_answer(*PAGES[fault])
        if fault in PAGES and fault.endswith("_after")
        else None
    )


def deny_part(answer):
    """Null the first protected field of an answer and say ACCESS_DENIED with its
    path."""
    found = _first_protected(answer.get("data"), [])
    if found:
        holder, path = found
        holder[path[-1]] = None
        error = errors.access_denied(path[-1], f"read_{path[-1]}s").formatted
        answer.setdefault("errors", []).append({**error, "path": path})


def _first_protected(value, path):
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        if key in PROTECTED and inner:
            return value, [*path, key]
        if found := _first_protected(inner, [*path, key]):
            return found
    return None
