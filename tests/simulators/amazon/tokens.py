"""Access tokens, and POST /auth/o2/token (Login with Amazon; fact sheet, section 2)."""

import secrets
from dataclasses import dataclass

from ..http import json_answer

GRANTLESS = (
    "sellingpartnerapi::notifications",
    "sellingpartnerapi::migration",
    "sellingpartnerapi::client_credential:rotation",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What an access token stands for.

    :param region: None = all of the seller's
    :param scope: of a grantless token; None = it acts for the seller
    :param expires: seconds since the epoch
    """

    seller: str
    region: str | None = None
    scope: str | None = None
    expires: float = 0.0

    def marketplaces(self, seller):
        """Return the marketplace ids that it reaches."""
        return [] if self.scope else seller.reach(self.region)


class Tokens:
    """Access tokens and authorisation codes that were given out."""

    def __init__(self, clock):
        self.clock = clock
        self.reset()

    def reset(self):
        """Forget all."""
        self.known, self.codes = {}, {}

    def issue(self, seller, *, region=None, scope=None):
        """Return a new access token."""
        text = f"Atza|{secrets.token_urlsafe(24)}"
        expires = self.clock.timestamp() + seller.settings["token_seconds"]
        self.known[text] = Token(
            seller=seller.name, region=region, scope=scope, expires=expires
        )
        return text

    def valid(self, text):
        """Return the `Token` of a text, or None when unknown or expired."""
        found = self.known.get(text)
        if found is None or found.expires <= self.clock.timestamp():
            return None
        return found

    def expire(self, seller):
        """End all tokens of a seller."""
        self.known = {
            text: one for text, one in self.known.items() if one.seller != seller.name
        }

    def authorise(self, seller, region=None):
        """Return an authorisation code, as the consent page hands it over."""
        code = secrets.token_urlsafe(12)
        self.codes[code] = (seller.name, region)
        return code


class LwaError(Exception):
    """`{"error", "error_description"}`."""

    def __init__(self, status, code, text):
        super().__init__(text)
        self.status, self.code = status, code


def grant(simulator, request):
    """Return the answer of the token endpoint."""
    try:
        return json_answer(_granted(simulator, request.form))
    except LwaError as error:
        told = {"error": error.code, "error_description": str(error)}
        return json_answer(told, error.status)


def _granted(simulator, form):
    seller = simulator.app_seller(form.get("client_id"), form.get("client_secret"))
    if seller is None:
        raise LwaError(401, "invalid_client", "Client authentication failed")
    grants = {
        "refresh_token": _refreshed,
        "authorization_code": _authorised,
        "client_credentials": _grantless,
    }
    kind = form.get("grant_type")
    if kind not in grants:
        text = "The authorization grant type is not supported"
        raise LwaError(400, "unsupported_grant_type", text)
    seconds = seller.settings["token_seconds"]
    body = grants[kind](simulator, seller, form)
    return {"token_type": "bearer", "expires_in": seconds, **body}


def _refreshed(simulator, seller, form):
    given = form.get("refresh_token", "")
    if given not in seller.refresh_tokens:
        text = "The request has an invalid grant parameter : refresh_token"
        raise LwaError(400, "invalid_grant", text)
    region = seller.refresh_tokens[given]
    token = simulator.tokens.issue(seller, region=region)
    return {"access_token": token, "refresh_token": given}


def _authorised(simulator, seller, form):
    name, region = simulator.tokens.codes.pop(form.get("code", ""), (None, None))
    if name != seller.name:
        text = "The request has an invalid grant parameter : code"
        raise LwaError(400, "invalid_grant", text)
    refresh = f"Atzr|{secrets.token_urlsafe(16)}"
    with seller.lock:
        seller.refresh_tokens[refresh] = region
        seller.touch()
    token = simulator.tokens.issue(seller, region=region)
    return {"access_token": token, "refresh_token": refresh}


def _grantless(simulator, seller, form):
    scope = form.get("scope", "")
    if scope not in GRANTLESS:
        raise LwaError(400, "invalid_scope", "The request has an invalid scope")
    return {
        "access_token": simulator.tokens.issue(seller, scope=scope),
        "scope": scope,
    }
