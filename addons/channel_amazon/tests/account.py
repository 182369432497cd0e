"""A seller account that is just big enough for tests: LWA, sellers, orders, listings
and shipments over HTTP, by the forms of Amazon's models. Plain Python."""

import json
import threading
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

GERMANY, FRANCE = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
SELLER = "A3EXAMPLESELLER"
SECRETS = {"client_secret": "amzn1.secret.zzz", "refresh_token": "Atzr|refresh-zzz"}


class Refusal(Exception):
    """An answer with ``errors``."""

    def __init__(self, status, code="InvalidInput"):
        super().__init__(code)
        self.status, self.code = status, code


class Account:
    """What the server knows, and what it was asked."""

    def __init__(self):
        self.orders, self.items, self.calls = {}, {}, []
        self.tokens, self.grants, self.revoked = set(), [], set()
        self.participations = [
            (GERMANY, "DE", "EUR", True),
            (FRANCE, "FR", "EUR", True),
        ]
        self.page = 100

    def grant(self, form):
        """A token, as Login with Amazon gives it."""
        self.grants.append(form)
        if form.get("refresh_token", SECRETS["refresh_token"]) in self.revoked:
            return 400, {}, json.dumps({"error": "invalid_grant"}).encode()
        granted = {
            "access_token": f"Atza|{len(self.grants)}",
            "expires_in": 3600,
            "token_type": "bearer",
        }
        self.tokens.add(granted["access_token"])
        if form["grant_type"] == "authorization_code":
            granted["refresh_token"] = f"Atzr|of-{form['code']}"
        return 200, {}, json.dumps(granted).encode()

    def answer(self, method, path, query, body):
        """The (status, JSON) of one call."""
        self.calls.append((method, path, query, body))
        parts = [unquote(part) for part in path.strip("/").split("/")]
        handlers = {
            ("sellers", "v1"): self._sellers,
            ("orders", "2026-01-01"): self._orders,
            ("orders", "v0"): self._confirm,
            ("listings", "2021-08-01"): self._listings,
        }
        return handlers[tuple(parts[:2])](method, parts[2:], query, body)

    def _sellers(self, _method, _parts, _query, _body):
        payload = [
            {
                "marketplace": {
                    "id": key,
                    "name": f"Amazon {country}",
                    "countryCode": country,
                    "defaultCurrencyCode": currency,
                    "defaultLanguageCode": "de_DE",
                    "domainName": "www.example.com",
                },
                "storeName": "Example Store",
                "participation": {
                    "isParticipating": active,
                    "hasSuspendedListings": False,
                },
            }
            for key, country, currency, active in self.participations
        ]
        return 200, {"payload": payload}

    # --- orders -----------------------------------------------------------------------

    def _orders(self, _method, parts, query, _body):
        if len(parts) == 2:
            if parts[1] not in self.orders:
                raise Refusal(404, "NotFound")
            return 200, {"order": self.orders[parts[1]]}
        after, before = _moments(query, "lastUpdatedAfter", "lastUpdatedBefore")
        if before > datetime.now(UTC) - timedelta(minutes=2) or before < after:
            raise Refusal(400)
        wanted = query["marketplaceIds"].split(",")
        statuses = query.get("fulfillmentStatuses")
        found = [
            order
            for order in self.orders.values()
            if after <= datetime.fromisoformat(order["lastUpdatedTime"]) <= before
            and order["salesChannel"]["marketplaceId"] in wanted
            and (not statuses or order["fulfillment"]["fulfillmentStatus"] in statuses)
        ]
        start = int(query.get("paginationToken") or 0)
        answer = {"orders": found[start : start + self.page]}
        if start + self.page < len(found):
            answer["pagination"] = {"nextToken": str(start + self.page)}
        return 200, answer

    def _confirm(self, _method, parts, _query, body):
        order = self.orders.get(parts[1])
        detail = body["packageDetail"]
        if not order or not isinstance(detail["packageReferenceId"], str):
            raise Refusal(400)
        packages = order.setdefault("packages", [])
        reference = detail["packageReferenceId"]
        packages[:] = [p for p in packages if p["packageReferenceId"] != reference]
        packages.append(
            {
                "packageReferenceId": reference,
                "trackingNumber": detail["trackingNumber"],
                "packageItems": detail["orderItems"],
            }
        )
        for item in order["orderItems"]:
            item["fulfillment"]["quantityFulfilled"] = sum(
                one["quantity"]
                for package in packages
                for one in package["packageItems"]
                if one["orderItemId"] == item["orderItemId"]
            )
        return 204, None

    # --- listings ---------------------------------------------------------------------

    def _listings(self, method, parts, query, body):
        if len(parts) == 2:
            return 200, self._search(query)
        item = self.items.get(parts[2])
        if item is None:
            raise Refusal(404, "NOT_FOUND")
        if method == "GET":
            return 200, item
        (patch,) = body["patches"]
        (value,) = patch["value"]
        own = item["fulfillmentAvailability"][0]
        assert patch["op"] == "merge"
        assert own["fulfillmentChannelCode"] == value["fulfillment_channel_code"]
        own["quantity"] = value["quantity"]
        accepted = {"status": "ACCEPTED", "submissionId": "1", "issues": []}
        return 200, {"sku": parts[2], **accepted}

    def _search(self, query):
        skus = query.get("identifiers")
        wanted = skus.split(",") if skus else list(self.items)
        found = [self.items[sku] for sku in wanted if sku in self.items]
        start = int(query.get("pageToken") or 0)
        size = int(query.get("pageSize") or 10 if not skus else 20)
        answer = {"numberOfResults": len(found), "items": found[start : start + size]}
        if start + size < len(found):
            answer["pagination"] = {"nextToken": str(start + size)}
        return answer


def _moments(query, *names):
    try:
        return [datetime.fromisoformat(query[name]) for name in names]
    except ValueError as error:
        raise Refusal(400) from error


@contextmanager
def serving(answer):
    """Serve calls on a free port.

    :param answer: function (method, path, query, headers, body bytes) -> (status,
        headers, body bytes).
    :return: the origin.
    """

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self):
            size = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            headers = {key.lower(): value for key, value in self.headers.items()}
            status, more, body = answer(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query)),
                headers,
                self.rfile.read(size),
            )
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = handle_one

        def log_message(self, *_arguments):
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def spoken(account):
    """An account's answers as HTTP."""

    def answer(method, path, query, headers, body):
        if path == "/auth/o2/token":
            return account.grant(dict(parse_qsl(body.decode())))
        if headers.get("x-amz-access-token") not in account.tokens:
            errors = [{"code": "Unauthorized", "message": "Access is denied."}]
            return 403, {}, json.dumps({"errors": errors}).encode()
        try:
            status, found = account.answer(
                method, path, query, json.loads(body) if body else None
            )
        except Refusal as refusal:
            errors = [{"code": refusal.code, "message": "Refused", "details": ""}]
            status, found = refusal.status, {"errors": errors}
        return status, {}, b"" if found is None else json.dumps(found).encode()

    return answer


def euro(amount):
    return {"amount": amount, "currencyCode": "EUR"}


def order(external_id, moment, **values):
    """An order of two items, as Germany's sellers get it."""
    return deepcopy(
        {
            "orderId": external_id,
            "createdTime": moment.isoformat(),
            "lastUpdatedTime": moment.isoformat(),
            "programs": ["PRIME"],
            "salesChannel": {
                "channelName": "AMAZON",
                "marketplaceId": GERMANY,
                "marketplaceName": "Amazon.de",
            },
            "buyer": {"buyerName": "Ute Mayer", "buyerEmail": "x@example.com"},
            "recipient": {
                "deliveryAddress": {
                    "name": "Ute Mayer",
                    "addressLine1": "Hauptstr. 1",
                    "city": "Bonn",
                    "postalCode": "53113",
                    "countryCode": "DE",
                }
            },
            "proceeds": {"grandTotal": euro("43.98")},
            "fulfillment": {
                "fulfillmentStatus": "UNSHIPPED",
                "fulfilledBy": "MERCHANT",
                "fulfillmentServiceLevel": "STANDARD",
            },
            "orderItems": [
                {
                    "orderItemId": f"{external_id}-1",
                    "quantityOrdered": 2,
                    "product": {
                        "asin": "B000000001",
                        "title": "Mug",
                        "sellerSku": "SKU 0/ä",
                        "price": {"unitPrice": euro("19.99")},
                    },
                    "proceeds": {
                        "proceedsTotal": euro("43.98"),
                        "breakdowns": [
                            {"type": "ITEM", "subtotal": euro("39.98")},
                            {"type": "SHIPPING", "subtotal": euro("4.00")},
                        ],
                    },
                    "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": 2},
                }
            ],
            **values,
        }
    )


def item(sku, quantity):
    return {
        "sku": sku,
        "summaries": [
            {
                "marketplaceId": GERMANY,
                "asin": "B000000001",
                "productType": "MUG",
                "status": ["BUYABLE", "DISCOVERABLE"],
                "itemName": f"Mug {sku}",
                "lastUpdatedDate": "2026-03-01T00:00:00Z",
            }
        ],
        "offers": [
            {"marketplaceId": GERMANY, "offerType": "B2C", "price": euro("19.99")}
        ],
        "fulfillmentAvailability": [
            {"fulfillmentChannelCode": "DEFAULT", "quantity": quantity},
            {"fulfillmentChannelCode": "AMAZON_EU"},
        ],
    }
