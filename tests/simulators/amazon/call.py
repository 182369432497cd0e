"""The life of one call of an operation, with its faults and crash points."""

import time
import uuid

from ..crash import peer_process
from ..http import Dropped, json_answer
from . import contract, habits, sandbox
from .errors import ApiError, denied, invalid, quota
from .spoil import after_effect, before_effect

LIMIT = "x-amzn-RateLimit-Limit"


class Call:
    """One call.

    :param simulator: `Simulator`
    :param operation: `Operation`
    :param path: {name: value} of its path
    :param request: werkzeug request
    """

    def __init__(self, simulator, operation, path, request):
        self.simulator, self.operation = simulator, operation
        self.path, self.request = path, request
        self.origin = request.host_url.rstrip("/")
        self.raw_query = request.args.to_dict(flat=False)
        self.query = _Query(self.raw_query)
        self.body = request.get_json(silent=True) if request.get_data() else None
        self.token = simulator.tokens.valid(request.headers.get("x-amz-access-token"))
        self.seller = self.token and simulator.sellers.get(self.token.seller)
        self.fault, self.points = None, {}

    @property
    def clock(self):
        """The simulated clock."""
        return self.simulator.clock

    @property
    def shop(self):
        """Name of the seller, as the log, the faults and the crash points know it."""
        return self.seller.name if self.seller else "?"

    def answer(self):
        """Return the response, logged."""
        started = time.monotonic()
        outcome, response = self._answer()
        self.simulator.log.add(
            self.shop,
            self.operation.name,
            outcome,
            at=self.clock.iso(),
            query=self.raw_query,
            path=self.path,
            body=self.body,
            seconds=round(time.monotonic() - started, 4),
        )
        response.headers["x-amzn-RequestId"] = str(uuid.uuid4())
        if 200 <= response.status_code < 300 or response.status_code in (400, 404):
            factor = self.seller.settings["rate_factor"] if self.seller else 1
            response.headers[LIMIT] = str(self.operation.rate * factor)
        return response

    def _answer(self):
        try:
            self._admit()
        except ApiError as error:
            return error.code, json_answer(error.body(), error.status)
        self.fault = self.simulator.faults.draw(
            self.shop, self.operation.name, self.operation.method
        )
        if self.fault:
            if self.fault.fault == "expired_token":
                return "expired_token", self._revoked()
            if early := before_effect(self.fault):
                return self.fault.fault, early
        self.points = self.simulator.crashes.armed(self.shop, self.operation.name)
        if self._meet("before_effect"):  # as if the request never arrived
            return "before_effect", Dropped()
        outcome, response = self._executed()
        self._meet("after_effect")
        if self.fault and (spoilt := after_effect(response, self.fault)):
            return self.fault.fault, spoilt
        if "after_answer" in self.points:
            caller, point = self._caller(), self.points["after_answer"]
            response.call_on_close(lambda: self.simulator.crashes.meet(point, caller))
        return outcome, response

    def _admit(self):
        """Check token and rate (fact sheet, sections 2 and 5).

        :raises ApiError: 403, 429
        """
        if self.token is None or self.seller is None:
            raise denied("The access token you provided is missing or expired.")
        scope = self.operation.scope
        grantless = self.token.scope is not None
        strict = self.seller.settings["strict_grantless"]
        if self.token.scope != scope and (grantless or strict):
            raise denied("The access token you provided has not the scope needed.")
        if not self.simulator.take(self.seller, self.operation):
            raise quota()

    def _revoked(self):
        text = self.request.headers.get("x-amz-access-token")
        self.simulator.tokens.known.pop(text, None)
        error = denied("The access token you provided has expired.")
        return json_answer(error.body(), error.status)

    def _executed(self):
        """Wait as the operation is set to, and execute it."""
        latency = self.simulator.latency
        time.sleep(latency.get(self.operation.name, latency.get("*", 0)))
        try:
            self._check_request()
            status, body = self._handled()
        except ApiError as error:
            self._check_answer(error.status, error.body())
            return error.code, json_answer(error.body(), error.status)
        self._check_answer(status, body)
        if body is None:
            response = json_answer({}, status)
            response.set_data(b"")
            return "ok", response
        if not self.simulator.sandbox:
            body = habits.extend(self.seller, body)
        return "ok", json_answer(body, status)

    def _handled(self):
        if self.simulator.sandbox:
            return sandbox.answer(self)
        with self.seller.lock:
            result = self.operation.handler(self, **self.path)
            if self.operation.method != "GET":
                self.seller.touch()
        return result if isinstance(result, tuple) else (200, result)

    def _check_request(self):
        """Hold the request against the official model.

        :raises ApiError: 400, when the seller's settings say so
        """
        problems = contract.request_problems(
            self.operation, self.path, self.raw_query, self.body
        )
        # the sandbox has examples of bad requests
        if problems and not self.simulator.sandbox:
            self.simulator.violations.add(self.operation.name, "request", problems)
            if self.seller.settings["check_requests"]:
                raise invalid("The request is invalid.", "; ".join(problems))

    def _check_answer(self, status, body):
        if not self.seller.settings["check_answers"]:
            return
        problems = contract.answer_problems(self.operation, status, body)
        if not self.simulator.sandbox:
            self.simulator.violations.add(self.operation.name, "answer", problems)

    def _meet(self, name):
        """Do what is armed at a point; return the process that was killed, or None."""
        if name not in self.points:
            return None
        self.simulator.crashes.meet(self.points[name], self._caller())
        return self.points[name].killed

    def _caller(self):
        environ = self.request.environ
        return peer_process(int(environ["REMOTE_PORT"]), int(environ["SERVER_PORT"]))


class _Query(dict):
    """Query parameters: lists by `[name]` and `get`, one value by `one`."""

    def __init__(self, raw):
        super().__init__({name: contract.split(values) for name, values in raw.items()})
        self._raw = raw

    def one(self, name, default=None):
        """Return the whole text of a parameter."""
        return self._raw[name][0] if self._raw.get(name) else default

    def number(self, name, default):
        """Return an integer.

        :raises ApiError: 400
        """
        text = self.one(name, str(default))
        if not text.lstrip("-").isdigit():
            raise invalid(f"Value {text} of {name} is invalid.")
        return int(text)
