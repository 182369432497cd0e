"""POST /admin/oauth/access_token with its faults and crash points."""

from ..crash import peer_process
from . import auth
from .http import Dropped, html_answer, json_answer
from .spoil import PAGES


def token_answer(simulator, shop, request):
    """Return the logged response of one token call."""
    rule = simulator.faults.draw(shop.name, "token")
    fault = rule.fault if rule else None
    points = simulator.crashes.armed(shop.name, "token")
    environ = request.environ
    caller = points and peer_process(
        int(environ["REMOTE_PORT"]), int(environ["SERVER_PORT"])
    )

    def meet(name):
        if name in points:
            simulator.crashes.meet(points[name], caller)

    if fault == "http_429":
        simulator.log.add(shop.name, "token", fault)
        return json_answer({"errors": "Too many requests"}, 429, **{"Retry-After": "1"})
    if fault in ("reset", "hang"):
        simulator.log.add(shop.name, "token", fault)
        return Dropped()
    if fault in PAGES and not fault.endswith("_after"):
        simulator.log.add(shop.name, "token", fault)
        return html_answer(*PAGES[fault])
    meet("before_effect")
    response = auth.issue(simulator, shop, request)
    meet("after_effect")
    simulator.log.add(
        shop.name,
        "token",
        "ok" if response.status_code == 200 else str(response.status_code),
    )
    if fault == "lost_answer":
        return Dropped()
    response.call_on_close(lambda: meet("after_answer"))
    return response
