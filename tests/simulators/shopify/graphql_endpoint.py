"""POST /admin/api/<version>/graphql.json: the life of one call, with its faults and
crash points."""

import time
import uuid

from ..crash import peer_process
from ..faults import ROWS
from ..http import Dropped, json_answer
from . import auth, cost, engine, errors, habits, idempotency, shop_info
from .spoil import after_effect, before_effect, deny_part

REFUSALS = {
    402: "Unavailable Shop",
    403: "Forbidden",
    423: "This store is unavailable",
    430: "Shopify Security Rejection",
    540: "Temporarily Disabled",
}


def used_version(asked):
    """Return the version that answers, or None for no such version (fact sheet, section
    1).

    Versions that ended fall forward to the oldest supported one.
    """
    if asked in shop_info.SUPPORTED or asked == "unstable":
        return asked
    year, _, month = asked.partition("-")
    known = year.isdigit() and month in ("01", "04", "07", "10") and asked >= "2019-04"
    return shop_info.SUPPORTED[0] if known and asked < shop_info.SUPPORTED[0] else None


class Call:
    """One GraphQL call.

    :param simulator: `Simulator`
    :param shop: `Shop` addressed
    :param request: werkzeug request
    :param origin: URL prefix of the shop
    """

    def __init__(self, simulator, shop, request, origin):
        self.simulator, self.shop, self.request, self.origin = (
            simulator,
            shop,
            request,
            origin,
        )
        self.id = str(uuid.uuid4())
        self.token, self.app = auth.app_of(shop, request)
        self.prepared = self.fault = None
        self.points = {}
        self.facts = {}

    def answer(self):
        """Return the response, logged."""
        started = time.monotonic()
        outcome, response = self._answer()
        name = self.prepared.name if self.prepared else "graphql"
        self.facts["seconds"] = round(time.monotonic() - started, 4)
        self.simulator.log.add(
            self.shop.name, name, outcome, at=self.shop.clock.iso(), **self.facts
        )
        response.headers["X-Request-Id"] = self.id
        return response

    def _answer(self):
        if self.app is None:
            return "unauthorized", auth.unauthorized()
        if refuses := self.shop.settings["refuses"]:
            return str(refuses), _refused(refuses)
        body = self.request.get_json(silent=True)
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            return "bad_request", json_answer(
                {"errors": {"query": "Required parameter missing or invalid"}}, 400
            )
        try:
            self.prepared = engine.prepare(
                body["query"], body.get("variables"), body.get("operationName")
            )
        except engine.InvalidRequest as error:
            return "invalid", json_answer(error.answer)
        kind = "mutation" if self.prepared.is_mutation else "query"
        self.facts.update(
            kind=kind,
            operation_name=body.get("operationName"),
            variables=body.get("variables"),
        )
        self.fault = self.simulator.faults.draw(
            self.shop.name, *self.prepared.fields, kind
        )
        if self.fault and (early := before_effect(self, self.fault)):
            return self.fault.fault, early
        return self._priced()

    def _priced(self):
        wanted = engine.requested_cost(self.prepared)
        self.facts["cost"] = wanted
        if wanted > cost.MAX_QUERY_COST:
            return "MAX_COST_EXCEEDED", json_answer(
                errors.max_cost(wanted, cost.MAX_QUERY_COST)
            )
        bucket = self.simulator.bucket(self.shop, self.app)
        if not bucket.take(wanted):
            return "THROTTLED", json_answer(engine.throttled(wanted, bucket))
        self.points = self.simulator.crashes.armed(
            self.shop.name, *self.prepared.fields
        )
        key = idempotency.key_in(self.prepared, self.app)
        with self.simulator.running(self.shop, key) as is_first:
            if self._meet("before_effect"):  # as if the request never arrived
                return "before_effect", Dropped()
            answer = self._executed(wanted, bucket, None if is_first else key)
        return self._answered(answer)

    def _executed(self, wanted, bucket, concurrent_key):
        """Wait as the operation is set to, and execute it."""
        latency = self.simulator.latency
        time.sleep(latency.get(self.prepared.name, latency.get("*", 0)))
        context = engine.Context(
            shop=self.shop,
            app=self.app,
            origin=self.origin,
            concurrent_key=concurrent_key,
            fault=self.fault,
        )
        answer = engine.execute(self.prepared, context)
        _wanted, used = engine.price(self.prepared, answer)
        bucket.give_back(wanted - used)
        extensions = answer.setdefault("extensions", {})
        extensions["cost"] = {
            "requestedQueryCost": wanted,
            "actualQueryCost": used,
            "throttleStatus": bucket.status(),
        }
        habits.extend(self.shop, extensions)
        return answer

    def _answered(self, answer):
        """Return (outcome, response), spoilt or followed by a crash where so armed."""
        self._meet("after_effect")
        if self.fault and self.fault.fault == "partial_denied":
            deny_part(answer)
        response = json_answer(answer)
        if self.fault and (spoilt := after_effect(response, self.fault)):
            return self.fault.fault, spoilt
        if "after_answer" in self.points:
            caller, point = self._caller(), self.points["after_answer"]
            response.call_on_close(lambda: self.simulator.crashes.meet(point, caller))
        outcome = _outcome(answer)
        if outcome != "ok" and self.fault and self.fault.fault in ROWS:
            outcome = self.fault.fault
        return outcome, response

    def _meet(self, name):
        """Do what is armed at a point; return the process that was killed, or None."""
        if name not in self.points:
            return None
        self.simulator.crashes.meet(self.points[name], self._caller())
        return self.points[name].killed

    def _caller(self):
        environ = self.request.environ
        return peer_process(int(environ["REMOTE_PORT"]), int(environ["SERVER_PORT"]))


def _refused(how):
    """Return the answer of a shop that refuses everything (fact sheet, section 4)."""
    if how == "SHOP_INACTIVE":
        return json_answer(errors.shop_inactive())
    return json_answer({"errors": REFUSALS.get(how, "Unavailable")}, how)


def _outcome(answer):
    """Return `ok` or the first error code of an answer."""
    for error in answer.get("errors", ()):
        return error.get("extensions", {}).get("code", "error")
    for payload in (answer.get("data") or {}).values():
        problems = isinstance(payload, dict) and (
            payload.get("userErrors") or payload.get("orderCancelUserErrors")
        )
        if problems:
            return problems[0].get("code") or "user_error"
    return "ok"
