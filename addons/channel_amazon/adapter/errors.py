"""What Amazon's refusals mean here: by status and code, never by text.

Source of the classes: fact sheet, error taxonomy; codes of Login with Amazon are those
of RFC 6749.
"""

from odoo.addons.channel_base.adapter.errors import (
    AuthError,
    ConfigError,
    ProtocolError,
    RateLimited,
    TransientError,
)
from odoo.addons.channel_base.adapter.transport import error_for_status, retry_after

# The call was understood and refused: of one record, its own fault.
REFUSALS = frozenset({400, 404, 409, 413, 415, 422})
GRANT_ERRORS = {
    "invalid_grant": "Amazon does not accept the refresh token any more. Authorise the"
    " app again in Seller Central, and enter the new token here.",
    "invalid_client": "Amazon does not accept the client id and secret. The secret may"
    " have expired (180 days) or been rotated: enter the present one.",
    "unauthorized_client": "This app may not use the refresh token: it belongs to"
    " another client id. Authorise this app again, and enter the new token here.",
}


class Refused(ProtocolError):
    """Amazon understood a call and refused it.

    Verbs that speak of single records turn it into the answer of its record; for the
    others it is an answer that nobody expected.

    :param status: of HTTP.
    """

    def __init__(self, message, *, code=None, status=None):
        super().__init__(message, code=code)
        self.status = status

    @property
    def is_gone(self):
        """Whether what was asked for is not there."""
        return self.status == 404


def api_error(response, body, wait):
    """The error that an answer of the API means.

    :param body: what JSON it holds, None for none.
    :param wait: seconds after which a throttled call may be repeated.
    """
    code, text = first_error(body)
    if response.status == 429:
        seconds = retry_after(response.headers)
        return RateLimited(
            "Amazon throttles the call.",
            code=code or "429",
            retry_after=wait if seconds is None else seconds,
        )
    if not code:
        return error_for_status(
            response.status,
            response.headers,
            f"Amazon's gateway answers {response.status}.",
        )
    if response.status in (401, 403):
        return AuthError(
            f"Amazon refuses access ({code}: {text}). Check the app's roles and the"
            " region, and authorise the app again.",
            code=code,
        )
    if response.status in REFUSALS:
        return Refused(f"{text} ({code})", code=code, status=response.status)
    if response.status < 300:
        return Refused(f"{text} ({code})", code=code, status=response.status)
    return error_for_status(response.status, response.headers, f"{text} ({code})")


def first_error(body):
    """Code and text of the first error that a body lists; empty when it lists none."""
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return "", ""
    text = str(first.get("message") or "")
    details = str(first.get("details") or "")
    if details and details != text:
        text = f"{text}: {details}" if text else details
    return str(first.get("code") or ""), text


def grant_error(response, body):
    """The error that an answer of Login with Amazon means."""
    code = str(body.get("error") or "") if isinstance(body, dict) else ""
    if code in GRANT_ERRORS:
        return AuthError(GRANT_ERRORS[code], code=code)
    if response.status == 400 and code:
        return ConfigError(f"Login with Amazon refuses the request: {code}.", code=code)
    if response.status == 200:
        return TransientError("Login with Amazon's answer is not JSON.", code="200")
    return error_for_status(
        response.status,
        response.headers,
        f"Login with Amazon answers {response.status}.",
    )
