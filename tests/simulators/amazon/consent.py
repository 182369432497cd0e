"""GET /apps/authorize/consent: the seller agrees, the browser goes back with a code."""

from urllib.parse import urlencode

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect


def answer(simulator, request):
    """Redirect to `redirect_uri` with `spapi_oauth_code`, `state` and
    `selling_partner_id` (fact sheet, section 2)."""
    wanted = request.args.get("application_id")
    seller = next(
        (
            one
            for one in simulator.sellers.values()
            if one.app["application_id"] == wanted
        ),
        None,
    )
    if seller is None or "redirect_uri" not in request.args:
        raise NotFound
    given = {
        "spapi_oauth_code": simulator.tokens.authorise(seller),
        "state": request.args.get("state", ""),
        "selling_partner_id": seller.id,
    }
    return redirect(f"{request.args['redirect_uri']}?{urlencode(given)}")
