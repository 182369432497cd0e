"""Shopify's error codes, sorted by who must act: by code, never by text."""

from odoo.addons.channel_base.adapter.errors import (
    AuthError,
    ConfigError,
    ProtocolError,
    RateLimited,
    TransientError,
)
from odoo.addons.channel_base.adapter.transport import error_for_status

SECURITY_PAUSE = 3600.0  # seconds; HTTP 430 means that the traffic looks malicious

# What a status means at Shopify, and what an administrator can do (facts, 4).
STATUS_TEXTS = {
    401: "Shopify refuses the access token (HTTP 401): it is wrong or was revoked, or"
    " the app was removed from the shop. Enter valid credentials.",
    402: "Shopify has frozen the shop (HTTP 402): a bill is to be paid there.",
    403: "Shopify forbids the call (HTTP 403): the app lacks a scope, or Shopify has"
    " marked the shop.",
    404: "Shopify knows no such shop or API version (HTTP 404): check the shop's"
    " domain, the API version and the API base URL.",
    423: "Shopify has locked the shop (HTTP 423): its owner has to ask Shopify.",
}

# errors[].extensions.code of a GraphQL answer
GRAPHQL_ERRORS = {
    "THROTTLED": RateLimited,
    "INTERNAL_SERVER_ERROR": TransientError,
    "TIMEOUT": TransientError,
    "ACCESS_DENIED": ConfigError,
    "SHOP_INACTIVE": ConfigError,
    "IDEMPOTENCY_CONCURRENT_REQUEST": TransientError,
}

# What one object among those asked for can cause, or asking for too many at once.
TOO_DEAR = "MAX_COST_EXCEEDED"
DIVIDE_CODES = {TOO_DEAR, "INTERNAL_SERVER_ERROR", "TIMEOUT"}


class ObjectError(ProtocolError):
    """One of the objects asked for spoiled the answer; it may be well without it."""


def status_error(response):
    """The error behind an HTTP status other than 200."""
    if response.status == 430:
        return TransientError("HTTP 430", code="430", retry_after=SECURITY_PAUSE)
    text = STATUS_TEXTS.get(response.status, "")
    return error_for_status(response.status, response.headers, text)


def graphql_error(errors, cost):
    """The error behind a GraphQL answer's ``errors``.

    :param errors: the list, or the text that Shopify sends instead at times.
    :param cost: ``extensions.cost`` of the answer, empty when absent.
    """
    if not isinstance(errors, list) or not all(
        isinstance(error, dict) for error in errors
    ):
        return ProtocolError(f"GraphQL: {errors}")
    code = next(
        (c for c in map(_code, errors) if c in GRAPHQL_ERRORS), _code(errors[0])
    )
    found = next(error for error in errors if _code(error) == code)
    path = ".".join(str(step) for step in found.get("path") or ())
    message = f"{found.get('message')} ({path})" if path else str(found.get("message"))
    wait = _throttle_wait(cost) if code == "THROTTLED" else None
    unknown = ObjectError if path else ProtocolError
    return GRAPHQL_ERRORS.get(code, unknown)(message, code=code, retry_after=wait)


def token_error(response, problem):
    """The error behind a refused token request.

    :param problem: the answer's ``error`` code, empty when it is not readable.
    """
    if response.status in (400, 401, 403):
        return AuthError(
            f"Shopify refused the app's credentials ({problem or response.status}):"
            " check client id and client secret, and that the app is installed in the"
            " shop.",
            code=problem or str(response.status),
        )
    return status_error(response)


def _code(error):
    return (error.get("extensions") or {}).get("code")


def _throttle_wait(cost):
    """Seconds until the bucket holds what was asked for (fact sheet, section 3)."""
    status = cost.get("throttleStatus") or {}
    lacking = (cost.get("requestedQueryCost") or 0) - (
        status.get("currentlyAvailable") or 0
    )
    return max(1.0, float(lacking) / float(status.get("restoreRate") or 50))
