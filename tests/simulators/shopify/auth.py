"""Tokens: the client-credentials grant and the check of the access token header (fact
sheet, section 2)."""

from ..http import json_answer

GRANT = "client_credentials"


def issue(simulator, shop, request):
    """Answer POST /admin/oauth/access_token, form or JSON."""
    given = request.get_json(silent=True) if request.is_json else request.form
    if not given:
        return _refused("invalid_request", "Could not find the parameters")
    if given.get("grant_type") != GRANT:
        return _refused("unsupported_grant_type", f"Only {GRANT} is supported here")
    if not shop.settings["installed"]:
        return _refused("app_not_installed", "The app is not installed on this shop")
    app = shop.apps.get(given.get("client_id"))
    if app is None or app["client_secret"] != given.get("client_secret"):
        return _refused("invalid_client", "Client authentication failed", 401)
    with shop.lock:
        token = shop.issue_token(app["client_id"])
    return json_answer(
        {
            "access_token": token,
            "scope": ",".join(app["scopes"]),
            "expires_in": shop.settings["token_seconds"],
        }
    )


def _refused(code, description, status=400):
    return json_answer({"error": code, "error_description": description}, status)


def app_of(shop, request):
    """Return (token, app or None) of a request."""
    token = request.headers.get("X-Shopify-Access-Token", "")
    return token, shop.app_of(token)


def unauthorized():
    """Return the answer to a missing, wrong or expired token."""
    text = "[API] Invalid API key or access token"
    detail = "(unrecognized login or wrong password)"
    return json_answer({"errors": f"{text} {detail}"}, 401)
