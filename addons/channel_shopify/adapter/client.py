"""One shop's Admin API: token, throttling, errors, trace, paging."""

import time
from urllib.parse import urlsplit

from odoo.addons.channel_base.adapter.errors import (
    AuthError,
    ChannelError,
    ProtocolError,
    TransientError,
)
from odoo.addons.channel_base.adapter.ratelimit import Bucket
from odoo.addons.channel_base.adapter.trace import Call

from .auth import ClientCredentialsAuth, StaticAuth
from .documents import document, repeated
from .endpoint import Endpoint, api_version, excerpt, parse, shop_domain
from .errors import TOO_DEAR, graphql_error, status_error

STANDARD_PLAN = Bucket(name="graphql", capacity=2000.0, refill=100.0)
MAX_QUERY_COST = 1000.0


class ShopifyClient:
    """Calls one shop.

    :raises ConfigError: for an account that is no shop domain, or an API version that
        is none.
    """

    def __init__(self, settings, transport, clock, rate_limiter, token_store, trace):
        self.settings = settings
        self.transport = transport
        self.rate_limiter = rate_limiter
        self.trace = trace
        self.shop = shop_domain(settings.account)
        self.base_url = settings.base_url.rstrip("/") or f"https://{self.shop}"
        self.version = api_version(settings.api_version)
        self.served_version = ""
        self._bucket = STANDARD_PLAN
        if settings.options.get("auth") == "static":
            self._auth = StaticAuth(settings)
        else:
            self._auth = ClientCredentialsAuth(
                settings, token_store, clock, self._post_form
            )

    # --- calls ------------------------------------------------------------------------

    def prove(self):
        """See that the credentials give a token, whichever is stored.

        :raises ConfigError: when they do not.
        """
        self._auth.prove()

    def query(self, name, **variables):
        """Run a document of ``queries/`` and return its ``data``.

        :param name: of the file;
        :param variables: of the operation.
        :raises ChannelError: by who must act; a mutation's ``userErrors`` are not
            errors here.
        """
        operation = document(
            name, self.settings.options.get("currency_mode") or "presentment"
        )
        size = len(variables["ids"]) if operation.per_id else 1
        return self._run(operation, variables, operation.cost * size)

    def mutate(self, name, **variables):
        """Run a mutation and return its payload, ``userErrors`` included."""
        (payload,) = self.query(name, **variables).values()
        if not payload:
            raise ProtocolError(f"Shopify did not answer the mutation {name}.")
        return payload

    def mutate_many(self, name, calls):
        """Run one mutation several times by one request.

        :param calls: list of dicts of variables.
        :return: list of payloads, in the order of the calls.
        """
        operation = repeated(name, len(calls))
        variables = {
            f"{key}_{n}": value
            for n, call in enumerate(calls)
            for key, value in call.items()
        }
        data = self._run(operation, variables, operation.cost)
        payloads = [data.get(f"part{n}") for n in range(len(calls))]
        if not all(payloads):
            raise ProtocolError(f"Shopify did not answer the mutation {name}.")
        return payloads

    def _run(self, operation, variables, cost):
        self.rate_limiter.acquire(
            self._bucket, min(cost, MAX_QUERY_COST, self._bucket.capacity)
        )
        token = self._auth.current()
        try:
            return self._traced(operation, variables, token)
        except AuthError:
            if not self._auth.renewable:
                raise
            token = self._auth.renewed(token)
        return self._traced(operation, variables, token)

    def pages(self, name, **variables):
        """Every node of a document whose only root connection is paged.

        :return: iterator of nodes.
        """
        after = None
        while True:
            data = self.query(name, after=after, **variables)
            connection = next(part for part in data.values() if "pageInfo" in part)
            yield from connection["nodes"]
            if not connection["pageInfo"]["hasNextPage"]:
                return
            after = connection["pageInfo"]["endCursor"]

    def objects(self, name, ids, size, **variables):
        """Objects by their global ids; those that are gone are left out.

        :param size: most ids that one query asks for; fewer when Shopify finds it dear.
        """
        for start in range(0, len(ids), size):
            yield from self._objects(name, ids[start : start + size], variables)

    def _objects(self, name, ids, variables):
        try:
            found = self.query(name, ids=ids, **variables)["nodes"]
        except ProtocolError as error:
            if error.code != TOO_DEAR or len(ids) == 1:
                raise
            middle = len(ids) // 2
            yield from self._objects(name, ids[:middle], variables)
            yield from self._objects(name, ids[middle:], variables)
        else:
            yield from (node for node in found if node)

    def rest(self, connection, name, owner):
        """All nodes of a connection whose first part came with another query.

        :param name: document that gives ``owner { page: ... }``;
        :param owner: its global id.
        """
        nodes = list(connection["nodes"])
        while connection["pageInfo"]["hasNextPage"]:
            data = self.query(name, id=owner, after=connection["pageInfo"]["endCursor"])
            if not data["owner"]:
                raise TransientError(f"{owner} disappeared while it was read.")
            connection = data["owner"]["page"]
            nodes += connection["nodes"]
        return nodes

    def download(self, url):
        """Lines of a bulk result, streamed; no token is sent.

        :return: iterator of bytes, without line ends.
        """
        pending = b""
        for chunk in self.transport.stream(self._rerouted(url)):
            *lines, pending = (pending + chunk).split(b"\n")
            yield from lines
        if pending:
            yield pending

    def upload(self, url, fields, file):
        """Send a file to a staged target; no token is sent.

        :param fields: of the form, before the file. :param file: (name, bytes, type).
        :return: ``HttpResponse``.
        """
        return self.transport.send(
            "POST", self._rerouted(url), data=fields, files=[("file", file)]
        )

    def _rerouted(self, url):
        """An address that Shopify gave, at the API base URL where there is one."""
        if not self.settings.base_url:
            return url
        origin = urlsplit(self.base_url)
        return (
            urlsplit(url)._replace(scheme=origin.scheme, netloc=origin.netloc).geturl()
        )

    # --- one call ---------------------------------------------------------------------

    def _traced(self, operation, variables, token):
        """Make one call and tell the trace what became of it."""
        start, response, problem = time.monotonic(), None, ""
        try:
            endpoint = Endpoint(
                self.transport, self.base_url, self.version, token.value
            )
            response = endpoint.execute(operation.text, variables, operation.operation)
            return self._data(response)
        except ChannelError as error:
            problem = str(error)
            raise
        finally:
            self._tell(operation.operation, start, response, variables, problem)

    def _data(self, response):
        self.served_version = response.headers.get("x-shopify-api-version", "")
        if response.status != 200:
            raise status_error(response)
        answer = parse(response.body)
        if not isinstance(answer, dict):
            raise TransientError("The answer is not JSON.", code="200")
        cost = (answer.get("extensions") or {}).get("cost") or {}
        self._learn(cost.get("throttleStatus") or {})
        if answer.get("errors"):
            raise graphql_error(answer["errors"], cost)
        if not isinstance(answer.get("data"), dict):
            raise ProtocolError("The answer holds neither data nor errors.")
        return answer["data"]

    def _learn(self, status):
        """Take over size, rate and level of the bucket from the server."""
        capacity, refill = status.get("maximumAvailable"), status.get("restoreRate")
        if capacity and refill:
            self._bucket = Bucket("graphql", float(capacity), float(refill))
            self.rate_limiter.observe(self._bucket, float(status["currentlyAvailable"]))

    def _tell(self, operation, start, response, variables, problem):
        body = parse(response.body) if response else None
        self.trace(
            Call(
                operation=operation,
                status=str(response.status) if response else "",
                duration=time.monotonic() - start,
                request_id=response.headers.get("x-request-id", "") if response else "",
                request=excerpt(variables),
                response=excerpt(body) if body is not None else "",
                error=problem,
            )
        )

    def _post_form(self, path, fields):
        start, response, problem = time.monotonic(), None, ""
        try:
            response = self.transport.send(
                "POST", f"{self.base_url}{path}", data=fields
            )
        except ChannelError as error:
            problem = str(error)
            raise
        finally:
            self._tell("AccessToken", start, response, fields, problem)
        return response
