"""POST /admin/oauth/access_token with its faults and crash points."""

import time

from ..crash import peer_process
from ..http import Dropped, html_answer, json_answer
from . import auth
from .spoil import GIVE_UP_SECONDS, PAGES


class TokenCall:
    """One token call.

    :param simulator: `Simulator`
    :param shop: `Shop` addressed
    :param request: werkzeug request
    """

    def __init__(self, simulator, shop, request):
        self.simulator, self.shop, self.request = simulator, shop, request
        rule = simulator.faults.draw(shop.name, "token")
        self.fault, self.options = (rule.fault, rule.options) if rule else (None, {})
        self.points = simulator.crashes.armed(shop.name, "token")
        ports = (int(request.environ[key]) for key in ("REMOTE_PORT", "SERVER_PORT"))
        self.caller = self.points and peer_process(*ports)

    def answer(self):
        """Return the response, logged."""
        outcome, response = self._answer()
        self.simulator.log.add(self.shop.name, "token", outcome)
        return response

    def _answer(self):
        early = self._spoilt()
        if early is not None:
            return self.fault, early
        if self._meet("before_effect"):  # as if the request never arrived
            return "before_effect", Dropped()
        response = auth.issue(self.simulator, self.shop, self.request)
        self._meet("after_effect")
        if self.fault in ("lost_answer", "late_answer"):
            return self.fault, Dropped()
        response.call_on_close(lambda: self._meet("after_answer"))
        good = response.status_code == 200
        return "ok" if good else str(response.status_code), response

    def _spoilt(self):
        """Return the response of a fault that strikes before a token is made, or
        None."""
        if self.fault == "http_429":
            wait = str(self.options.get("retry_after", 1))
            return json_answer(
                {"errors": "Too many requests"}, 429, **{"Retry-After": wait}
            )
        if self.fault == "hang":
            time.sleep(self.options.get("seconds", GIVE_UP_SECONDS))
        if self.fault in ("reset", "hang"):
            return Dropped()
        return html_answer(*PAGES[self.fault]) if self.fault in PAGES else None

    def _meet(self, name):
        if name not in self.points:
            return None
        self.simulator.crashes.meet(self.points[name], self.caller)
        return self.points[name].killed
