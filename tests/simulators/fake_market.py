"""The fake marketplace as a server: ``FakeMarket``'s verbs over HTTP, a token first.

It answers with the hub's own documents, so that what is proven with it is the hub and
not a mapper.
"""

import json
import secrets
import threading
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.addons.channel_base.adapter import codec
from odoo.addons.channel_base.adapter.canonical import Shipment
from odoo.addons.channel_base.adapter.errors import ChannelError, RateLimited
from odoo.addons.channel_base.tests.fake_market import FakeMarket

PAGE = 2  # listings a page
TOKEN_SECONDS = 20  # short, so that tests see renewals


class FakeService:
    """What one account's callers may ask for; JSON-like values in and out.

    :param market: ``FakeMarket``.
    """

    def __init__(self, market, account, password):
        self.market = market
        self.account = account
        self.password = password
        self.tokens = set()
        self.lock = threading.RLock()

    def token(self, password):
        if not secrets.compare_digest(password, self.password):
            raise PermissionError
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        return {"token": token, "expires_in": TOKEN_SECONDS}

    def connect(self):
        return {
            "name": "Fake market",
            "account": self.account,
            "currency": "USD",
            "missing": self.market.missing,
        }

    def locations(self):
        return [codec.dumps(place) for place in self.market.places.values()]

    def changes(self, since):
        found = self.market.changes(datetime.fromisoformat(since))
        return [(order_id, moment.isoformat()) for order_id, moment in found]

    def orders(self, ids):
        return [self._order(order_id) for order_id in ids]

    def _order(self, order_id):
        order = self.market.orders.get(order_id)
        error = self.market.bad_orders.get(order_id)
        return order_id, order and codec.dumps(order), error and str(error)

    def listings(self, position):
        start = int(position or 0)
        ids = sorted(self.market.listings)
        page = [codec.dumps(self.market.listings[i]) for i in ids[start : start + PAGE]]
        following = start + PAGE
        return page, str(following) if following < len(ids) else None

    def read_listings(self, ids):
        known = self.market.listings
        return [codec.dumps(known[i]) for i in ids if i in known]

    def levels(self, pairs):
        known = self.market.levels
        return [
            codec.dumps(self.market.level(*p)) for p in map(tuple, pairs) if p in known
        ]

    def set_stock(self, targets):
        return self.market.set_stock(tuple(tuple(target) for target in targets))

    def results(self, ticket):
        results = self.market.results(ticket)
        return results and [codec.dumps(result) for result in results]

    def confirm(self, shipments):
        documents = (codec.loads(Shipment, text) for text in shipments)
        return [codec.dumps(self.market.confirm(document)) for document in documents]


class FakeHandler(BaseHTTPRequestHandler):
    """``POST /<account>/<verb>`` with the arguments as JSON."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        arguments = json.loads(self.rfile.read(size))
        _empty, account, verb = self.path.split("/")
        service = self.server.services[account]
        with service.lock:
            self._answer(*self._result(service, verb, arguments))

    def _result(self, service, verb, arguments):
        if verb != "token" and self.headers["Authorization"] not in service.tokens:
            return 401, None, {}
        try:
            service.market.answer(verb)
            return 200, getattr(service, verb)(**arguments), {}
        except PermissionError:
            return 401, None, {}
        except RateLimited as error:
            return 429, None, {"Retry-After": str(error.retry_after or 1)}
        except ChannelError:
            return 503, None, {}

    def _answer(self, status, value, headers):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Tests read what was called from the market."""


@contextmanager
def serving(*accounts, password="open sesame"):
    """Serve some accounts on a free port of this machine.

    :return: (base URL, dict account -> ``FakeService``).
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeHandler)
    server.daemon_threads = True
    server.services = {
        account: FakeService(FakeMarket(), account, password) for account in accounts
    }
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.services
    finally:
        server.shutdown()
        server.server_close()
