"""POST /auth/o2/token with its faults and crash points."""

import time

from ..crash import peer_process
from ..http import Dropped, html_answer
from . import tokens
from .spoil import GIVE_UP_SECONDS, HTML


class TokenCall:
    """One token call.

    :param simulator: `Simulator`
    :param request: werkzeug request
    """

    def __init__(self, simulator, request):
        self.simulator, self.request = simulator, request
        client = request.form.get("client_id")
        self.shop = next(
            (
                one.name
                for one in simulator.sellers.values()
                if one.app["client_id"] == client
            ),
            "?",
        )
        rule = simulator.faults.draw(self.shop, "token")
        self.fault, self.options = (rule.fault, rule.options) if rule else (None, {})
        self.points = simulator.crashes.armed(self.shop, "token")
        ports = (int(request.environ[key]) for key in ("REMOTE_PORT", "SERVER_PORT"))
        self.caller = self.points and peer_process(*ports)

    def answer(self):
        """Return the response, logged."""
        outcome, response = self._answer()
        grant = self.request.form.get("grant_type")
        self.simulator.log.add(self.shop, "token", outcome, grant=grant)
        return response

    def _answer(self):
        if self.fault in HTML:
            return self.fault, html_answer(*HTML[self.fault])
        if self.fault == "hang":
            time.sleep(self.options.get("seconds", GIVE_UP_SECONDS))
        if self.fault in ("hang", "reset"):
            return self.fault, Dropped()
        if self._meet("before_effect"):  # as if the request never arrived
            return "before_effect", Dropped()
        response = tokens.grant(self.simulator, self.request)
        self._meet("after_effect")
        if self.fault in ("lost_answer", "late_answer"):
            return self.fault, Dropped()
        response.call_on_close(lambda: self._meet("after_answer"))
        good = response.status_code == 200
        return "ok" if good else str(response.status_code), response

    def _meet(self, name):
        if name not in self.points:
            return None
        self.simulator.crashes.meet(self.points[name], self.caller)
        return self.points[name].killed
