"""One seller account's Selling Partner API: tokens, throttling, errors, trace."""

import json
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

from odoo.addons.channel_base.adapter.errors import (
    AuthError,
    ChannelError,
    ConfigError,
    ProtocolError,
    RateLimited,
    TransientError,
)
from odoo.addons.channel_base.adapter.ratelimit import Bucket
from odoo.addons.channel_base.adapter.trace import Call, redact

from .auth import LoginWithAmazon
from .errors import api_error, first_error, grant_error
from .library import bound
from .operations import OPERATIONS
from .regions import LWA_ORIGIN, endpoint

TRACE_LENGTH = 4000  # characters of a request or an answer that the trace keeps
RATE_HEADER = "x-amzn-ratelimit-limit"


class AmazonClient:
    """Calls one seller account in one region. An API base URL carries every call: the
    API's, tokens', and documents' up and down.

    :raises ConfigError: for a region that there is none of.
    """

    def __init__(self, settings, transport, clock, rate_limiter, token_store, trace):
        self.transport = transport
        self.rate_limiter = rate_limiter
        self.trace = trace
        self._base = settings.base_url.rstrip("/")
        self._origin = self._base or endpoint(settings.options.get("region"))
        self._rates = {}
        self.login = LoginWithAmazon(settings, token_store, clock, self._post_form)

    # --- the API ----------------------------------------------------------------------

    def call(self, name, *arguments, **parameters):
        """Make one call.

        :param name: of the operation as Amazon's models spell it.
        :param arguments: those of the library's method, path parts first;
        :param parameters: the query, or the body's fields.
        :return: the JSON object that answers; {} for an answer without body.
        :raises Refused: when Amazon understood the call and refuses it.
        :raises RateLimited: before the call or by its answer, with the seconds to wait.
        :raises ChannelError: by who must act.
        """
        operation = OPERATIONS[name]
        token = self.login.current()
        try:
            return self._run(name, operation, token, arguments, parameters)
        except ConfigError as error:
            # the token may have been revoked, or be older than the role it needs
            if not isinstance(error, AuthError) and error.code != "403":
                raise
        token = self.login.renewed(token)
        return self._run(name, operation, token, arguments, parameters)

    def _run(self, name, operation, token, arguments, parameters):
        bucket = self._bucket(name, operation)
        self.rate_limiter.acquire(bucket)

        def send(*request):
            return self._send(name, operation, token, request)

        api = bound(operation.api)(send)
        try:
            return getattr(api, operation.method)(*arguments, **parameters)
        except RateLimited:
            # whoever else calls here has spent what we thought was left
            self.rate_limiter.observe(bucket, 0.0)
            raise

    def _send(self, name, operation, token, request):
        method, path, query, body = request
        shown = query if operation.personal else query or body
        with self._traced(name, shown) as told:
            response = told.response = self.transport.send(
                method,
                f"{self._origin}{path}",
                params=query or None,
                data=None if body is None else json.dumps(body).encode(),
                headers={
                    "x-amz-access-token": token.value,
                    "content-type": "application/json",
                    "accept": "application/json",
                },
            )
            self._learn(name, operation, response)
            answer = parse(response.body)
            failed = response.status // 100 != 2 or bool(first_error(answer)[0])
            told.body = answer if failed or not operation.personal else None
            if failed:
                raise api_error(
                    response, answer, 1 / self._bucket(name, operation).refill
                )
            return readable_answer(response, answer, operation.silent)

    # --- throttling -------------------------------------------------------------------

    def _bucket(self, name, operation):
        return self._rates.get(name) or operation.bucket(name)

    def _learn(self, name, operation, response):
        """Take over the rate that an answer states; plans differ by seller."""
        try:
            rate = float(response.headers.get(RATE_HEADER) or 0)
        except ValueError:
            return
        if rate > 0 and rate != operation.rate:
            self._rates[name] = Bucket(name, float(operation.burst), rate)

    # --- documents --------------------------------------------------------------------

    def upload(self, url, body, content_type):
        """Put a document at the address that Amazon gave for it; no token is sent.

        :param content_type: the same that the document was announced with.
        """
        with self._traced("uploadDocument", {"bytes": len(body)}) as told:
            response = told.response = self.transport.send(
                "PUT",
                self._rerouted(url),
                data=body,
                headers={"content-type": content_type},
            )
            _check_storage(response)

    def download(self, url):
        """The bytes of a document at the address that Amazon gave; no token is sent.

        :raises TransientError: when the address's five minutes are over.
        """
        with self._traced("downloadDocument", {}) as told:
            response = told.response = self.transport.send("GET", self._rerouted(url))
            _check_storage(response)
            return response.body

    def _rerouted(self, url):
        """An address that Amazon gave, at the API base URL where there is one."""
        if not self._base:
            return url
        to = urlsplit(self._base)
        return urlsplit(url)._replace(scheme=to.scheme, netloc=to.netloc).geturl()

    # --- tokens -----------------------------------------------------------------------

    def _post_form(self, path, fields):
        asked = {"grant_type": fields["grant_type"]}
        with self._traced("AccessToken", asked) as told:
            response = told.response = self.transport.send(
                "POST", f"{self._base or LWA_ORIGIN}{path}", data=fields
            )
            answer = parse(response.body)
            if response.status != 200 or not isinstance(answer, dict):
                raise grant_error(response, answer)
            return answer

    # --- trace ------------------------------------------------------------------------

    @contextmanager
    def _traced(self, operation, request):
        """Tell the trace what became of one call, without tokens and without who
        buys."""
        told, start, problem = _Told(), time.monotonic(), ""
        try:
            yield told
        except ChannelError as error:
            problem = str(error)
            raise
        finally:
            headers = told.response.headers if told.response else {}
            self.trace(
                Call(
                    operation=operation,
                    status=str(told.response.status) if told.response else "",
                    duration=time.monotonic() - start,
                    request_id=headers.get("x-amzn-requestid", ""),
                    request=_excerpt(request) if request else "",
                    response=_excerpt(told.body) if told.body is not None else "",
                    error=problem,
                )
            )


class _Told:
    """What the trace learns of a call."""

    response = None
    body = None


def parse(body):
    """The JSON in a body, None when there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def readable_answer(response, answer, silent=False):
    """The object of a successful answer; a body that is none is not taken for one.

    :param silent: whether the operation may answer without a body.
    """
    if not response.body and (silent or response.status == 204):
        return {}
    if answer is None and response.body != b"null":
        raise TransientError("Amazon's answer is not JSON.", code=str(response.status))
    if not isinstance(answer, dict):
        raise ProtocolError("Amazon's answer is no object.", code=str(response.status))
    return answer


def _check_storage(response):
    """A storage answers 403, in XML, for an address whose time is over."""
    if response.status == 403:
        raise TransientError("The document's address has expired.", code="expired")
    if response.status // 100 != 2:
        raise api_error(response, None, 60.0)


def _excerpt(value):
    return json.dumps(redact(value), ensure_ascii=False, default=str)[:TRACE_LENGTH]
