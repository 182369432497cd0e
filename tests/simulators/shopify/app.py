"""The WSGI application: which shop, which endpoint."""

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .. import serving
from ..http import json_answer
from . import registry
from .control import Control
from .graphql_endpoint import Call, used_version
from .page import page
from .product_files import receive
from .simulator import DEFAULT_SHOP
from .token_endpoint import TokenCall

TOKEN = "X-Shopify-Access-Token"
PATHS = {
    "token": "/admin/oauth/access_token",
    "graphql": "/admin/api/<version>/graphql.json",
    "download": "/_bulk/<number>.jsonl",
    "upload": "/_upload/<number>",
}


class Application:
    """WSGI app over a `Simulator`; every shop is served at `/shops/<name>` and the
    default one at `/` as well."""

    def __init__(self, simulator):
        self.simulator, self.control = simulator, Control(simulator)
        rules = [
            Rule("/", endpoint="page"),
            Rule("/_sim/<path:path>", endpoint="control"),
        ]
        for endpoint, path in PATHS.items():
            rules += [
                Rule(path, endpoint=endpoint),
                Rule(f"/shops/<shop>{path}", endpoint=endpoint),
            ]
        self.urls = Map(rules, strict_slashes=False)
        registry.schema()

    def __call__(self, environ, start_response):
        request = Request(environ)
        try:
            endpoint, values = self.urls.bind_to_environ(environ).match()
            response = getattr(self, f"_{endpoint}")(request, **values)
        except HTTPException as error:
            response = json_answer({"errors": error.name}, error.code)
        return response(environ, start_response)

    def _shop(self, request, name):
        shop = self.simulator.shops.get(name or DEFAULT_SHOP)
        if shop is None:
            raise NotFound
        return shop, request.host_url.rstrip("/") + (f"/shops/{name}" if name else "")

    def _page(self, request):
        return page(self.simulator, request)

    def _control(self, request, path):
        return self.control.answer(request, path)

    def _token(self, request, shop=None):
        found, _origin = self._shop(request, shop)
        return TokenCall(self.simulator, found, request).answer()

    def _graphql(self, request, version, shop=None):
        found, origin = self._shop(request, shop)
        used = used_version(version)
        if used is None or request.method != "POST":
            raise NotFound
        response = Call(self.simulator, found, request, origin).answer()
        response.headers["X-Shopify-API-Version"] = used
        return response

    def _upload(self, request, number, shop=None):
        """Take a file: the form's fields first, then the file, no token."""
        found, _origin = self._shop(request, shop)
        file = request.files.get("file")
        key = request.form.get("key")
        if request.method != "POST" or file is None or request.headers.get(TOKEN):
            return Response("Bad request", 400)
        self.simulator.log.add(found.name, "upload", "ok", key=key)
        with found.lock:
            taken = receive(found, number, key, file.read())
        return Response(status=201 if taken else 403)

    def _download(self, request, number, shop=None):
        """Serve a bulk file, in ranges when asked."""
        found, _origin = self._shop(request, shop)
        node = found.get(f"gid://shopify/BulkOperation/{number}")
        if node is None or node.get("signature") != request.args.get("signature"):
            raise NotFound
        rule = self.simulator.faults.draw(found.name, "bulk_download")
        outcome = rule.fault if rule else "ok"
        self.simulator.log.add(
            found.name, "bulk_download", outcome, range=request.headers.get("Range")
        )
        raw = "\n".join(node["lines"]).encode()
        if rule:
            return _cut(raw)
        response = Response(raw, content_type="application/jsonl")
        return response.make_conditional(
            request.environ, accept_ranges=True, complete_length=len(raw)
        )


def _cut(raw):
    """Answer half of a file under the length of the whole: the connection breaks in the
    middle."""

    def half():
        yield raw[: len(raw) // 2]
        raise ConnectionError("cut on purpose")

    return Response(
        half(),
        content_type="application/jsonl",
        headers={"Content-Length": str(len(raw))},
    )


class Server(serving.Server):
    """A Shopify simulator on a loopback port.

    :param simulator: `Simulator`
    :param port: 0 = any free one
    """

    def __init__(self, simulator, host="127.0.0.1", port=0):
        super().__init__(simulator, Application(simulator), host, port)
