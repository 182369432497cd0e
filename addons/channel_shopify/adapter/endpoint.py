"""The SDK's GraphQL call, made safe for a process that serves many shops.

ShopifyAPI is kept behind this module, and its ambient session is never used: it writes
class attributes, so that one shop's call could be answered by another shop.
"""

import json
import re
from decimal import Decimal

import shopify
from shopify.utils import shop_url

from odoo.addons.channel_base.adapter.errors import ConfigError
from odoo.addons.channel_base.adapter.trace import redact

DEFAULT_VERSION = "2026-10"
VERSION = re.compile(r"\d{4}-(01|04|07|10)")
ESCAPED = re.compile(r"\\u(0000|[dD][89a-fA-F])")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
TRACE_LENGTH = 4000  # characters of a request or an answer that the trace keeps


class Endpoint(shopify.GraphQL):
    """The SDK's GraphQL call, bound to one shop and token, with time-outs and readable
    answers."""

    def __init__(self, transport, base_url, version, token):
        self.transport = transport
        path = shopify.ApiVersion.coerce_to_version(version).api_path(base_url)
        self.endpoint = f"{path}/graphql.json"
        self.headers = dict(
            shopify.ShopifyResource._headers, **{"X-Shopify-Access-Token": token}
        )

    def execute(self, query, variables=None, operation_name=None):
        """Make the call and return its ``HttpResponse``, whatever its status."""
        return self.transport.send(
            "POST",
            self.endpoint,
            headers=self.merge_headers({"Accept": "application/json"}, self.headers),
            json={
                "query": query,
                "variables": variables,
                "operationName": operation_name,
            },
        )


def parse(body):
    """JSON with exact numbers; None when the body is none.

    Without what no database takes: NUL and the halves of emoji that were cut in two.
    """
    text = body.decode(errors="replace") if isinstance(body, bytes) else body
    try:
        found = json.loads(text, parse_float=Decimal)
        return _storable(found) if ESCAPED.search(text) else found
    except (ValueError, RecursionError):
        return None


def _storable(value):
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


def excerpt(value):
    """JSON text for the trace: without secrets, cut."""
    return json.dumps(redact(value), ensure_ascii=False, default=str)[:TRACE_LENGTH]


def shop_domain(account):
    """The shop's own domain; foreign hosts are refused: no token travels there.

    :raises ConfigError: for anything but a shop domain or its first label.
    """
    domain = shop_url.sanitize_shop_domain(account)
    if not domain:
        raise ConfigError(
            f"{account!r} is not a shop domain: enter it as name.myshopify.com."
        )
    return domain


def api_version(version):
    version = version or DEFAULT_VERSION
    if not VERSION.fullmatch(version):
        raise ConfigError(
            f"{version!r} is not an API version: enter it as {DEFAULT_VERSION}."
        )
    return version
