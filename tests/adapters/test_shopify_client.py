"""Tokens, throttling, errors, trace; one shop never speaks for another."""

import io
import json
import threading
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import shopify

from odoo.addons.channel_base.adapter.errors import (
    AuthError,
    ConfigError,
    ProtocolError,
    RateLimited,
    TransientError,
)
from odoo.addons.channel_base.adapter.ratelimit import Bucket, MemoryRateLimiter
from odoo.addons.channel_base.adapter.tokens import MemoryTokenStore, Token
from odoo.addons.channel_base.adapter.transport import Transport
from odoo.addons.channel_shopify.adapter.client import ShopifyClient
from odoo.addons.channel_shopify.adapter.endpoint import parse
from odoo.addons.channel_shopify.adapter.shopify import ShopifyAdapter

from tests.simulators.shopify import actions

from .shopify_market import ShopifyMarket
from .stub import answering

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


def client(market, limiter=None, **settings):
    clock = Clock()
    return ShopifyClient(
        replace(market.settings(auth="static"), **settings),
        Transport(timeout=(2, 2)),
        clock,
        limiter or MemoryRateLimiter(clock),
        MemoryTokenStore(),
        lambda _call: None,
    )


def answer(body):
    return answering(200, json.dumps(body).encode())


# --- answers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        rb'{"note": "a\u0000b", "tags": ["x\ud83d"], "more": {"\ud83d": 1.50}}',
        b'{"note": "ab", "tags": ["x\xed\xa0\xbd"], "more": {"\\uDE00": 1.50}}',
    ],
)
def test_what_no_database_takes_is_left_out(text):
    found = parse(text)
    json.dumps(found, ensure_ascii=False, default=str).encode()
    assert (found["note"], found["more"]) == ("ab", {"": Decimal("1.50")})
    assert found["tags"][0].startswith("x")


def test_whole_emoji_stay():
    assert parse(rb'["\ud83d\ude00 \u0041"]') == ["\U0001f600 A"]
    assert parse('["\U0001f600"]') == ["\U0001f600"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 200_000, b"\xff"])
def test_what_is_not_json_is_none(body):
    assert parse(body) is None


# --- tokens ---------------------------------------------------------------------------


def test_one_token_is_asked_for_and_kept(market):
    store, calls = MemoryTokenStore(), []
    for _job in range(3):
        list(market.adapter(calls, store=store).locations())
    assert [c.operation for c in calls].count("AccessToken") == 1
    lifetime = store.get("access_token").expires_at - datetime.now(UTC)
    assert timedelta(hours=23) < lifetime <= timedelta(hours=24)


def test_a_token_is_renewed_five_minutes_before_it_expires(market):
    clock, store, calls = Clock(), MemoryTokenStore(), []
    list(market.adapter(calls, clock=clock, store=store).locations())
    first = store.get("access_token")
    clock.now = first.expires_at - timedelta(minutes=6)
    list(market.adapter(calls, clock=clock, store=store).locations())
    assert store.get("access_token") == first
    clock.now = first.expires_at - timedelta(minutes=4)
    list(market.adapter(calls, clock=clock, store=store).locations())
    assert store.get("access_token") != first


def test_a_refused_token_is_renewed_once_and_the_call_repeated(market):
    calls = []
    adapter = market.adapter(calls)
    adapter.connect()
    actions.expire_tokens(market.simulator, market.shop)
    assert list(adapter.locations())
    assert [(c.operation, c.status) for c in calls] == [
        ("AccessToken", "200"),
        ("Shop", "200"),
        ("Locations", "401"),
        ("AccessToken", "200"),
        ("Locations", "200"),
    ]


def test_a_token_that_is_refused_again_is_for_the_administrator(market):
    market.fault("expired_token", shops=[market.name], operations=["query"])
    calls = []
    with pytest.raises(AuthError):
        market.adapter(calls).connect()
    assert [c.operation for c in calls].count("Shop") == 2


def test_a_wrong_secret_is_for_the_administrator(market):
    market.app = {**market.app, "client_secret": "another"}
    with pytest.raises(AuthError) as caught:
        market.adapter().connect()
    assert caught.value.code == "invalid_client"
    assert "another" not in str(caught.value)


def test_a_token_of_other_credentials_proves_nothing(market):
    store = MemoryTokenStore()
    market.adapter(store=store).connect()
    before = store.get("access_token")
    market.app = {**market.app, "client_secret": "another"}
    with pytest.raises(AuthError):
        market.adapter(store=store).connect()
    assert store.get("access_token") == before
    assert list(market.adapter(store=store).locations())  # until it expires


@pytest.mark.parametrize("status", [401, 402, 403, 404, 423])
def test_a_refusal_says_what_to_do(market, status):
    said = pytest.raises(ConfigError, match=rf"HTTP {status}\)[:.].{{20}}")
    with answering(status, b"{}") as origin, said:
        client(market, base_url=origin).query("shop")


@pytest.mark.parametrize("token", ["shpat_\u2022", " shpat_x", "shpat_x\n", "a b"])
def test_a_token_that_no_header_can_carry_is_a_setting(market, token):
    with pytest.raises(ConfigError, match="copy it again") as caught:
        client(market, secrets={"access_token": token}).query("shop")
    assert token not in str(caught.value)


def test_a_static_token_needs_no_grant(market):
    calls = []
    market.adapter(calls, auth="static").connect()
    assert [call.operation for call in calls] == ["Shop"]


def test_a_refused_static_token_is_not_renewed(market):
    wrong = replace(market.settings(auth="static"), secrets={"access_token": "no"})
    with pytest.raises(AuthError):
        client(market, secrets=wrong.secrets).query("shop")


@pytest.mark.parametrize(
    ("options", "secrets"),
    [
        ({"auth": "static"}, {}),
        ({"client_id": "x"}, {}),
        ({}, {"client_secret": "x"}),
    ],
)
def test_missing_credentials_are_a_setting(market, options, secrets):
    with pytest.raises(ConfigError, match="entered"):
        client(market, options=options, secrets=secrets).query("shop")


@pytest.mark.parametrize("body", [b"<html>", b'{"scope": "x"}', b"[]"])
def test_a_token_answer_without_token(market, body):
    with answering(200, body) as origin:
        unreadable = client(market, base_url=origin, options={"client_id": "x"})
        with pytest.raises((TransientError, ProtocolError)):
            unreadable.query("shop")


# --- whose shop -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "shop"),
    [
        ("My-Shop", "my-shop.myshopify.com"),
        ("my-shop.myshopify.com", "my-shop.myshopify.com"),
        ("https://my-shop.myshopify.com/admin", "my-shop.myshopify.com"),
        ("  my-shop.myshopify.com ", "my-shop.myshopify.com"),
    ],
)
def test_the_domain_is_normalised(market, account, shop):
    found = client(market, account=account, base_url="")
    assert found.base_url == f"https://{shop}"


@pytest.mark.parametrize(
    "account",
    [
        "",
        "shop.example.com",
        "admin.shopify.com/store/x",
        "x.myshopify.com.evil.example",
        "evil.example/x.myshopify.com",
        "x.myshopify.com@evil.example",
        "x.myshopify.com:8080@evil",
    ],
)
def test_a_foreign_host_never_gets_the_token(market, account):
    with pytest.raises(ConfigError, match="shop domain"):
        client(market, account=account)


@pytest.mark.parametrize("version", ["latest", "2026-1", "2026-13", "unstable", "x"])
def test_a_version_that_is_none_is_a_setting(market, version):
    with pytest.raises(ConfigError, match="version"):
        client(market, api_version=version)


def test_both_supported_versions_are_asked_as_set(market):
    for version in ("2026-10", "2026-07"):
        found = client(market, api_version=version)
        found.query("shop")
        assert found.served_version == version


def test_two_shops_in_two_threads_do_not_cross(market):
    other = ShopifyMarket(market.simulator, market.url, name=f"{market.name}-b")
    seen, failures = {market.name: set(), other.name: set()}, []

    def work(shop):
        try:
            for _turn in range(15):
                seen[shop.name].add(shop.adapter(auth="static").connect().account)
        except Exception as error:  # noqa: BLE001 - reported by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in (market, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert seen == {shop.name: {shop.shop.domain} for shop in (market, other)}


def test_the_sdks_ambient_session_is_not_touched(market):
    shopify.ShopifyResource.clear_session()
    before = (shopify.ShopifyResource._site, dict(shopify.ShopifyResource._headers))
    market.adapter().connect()
    after = (shopify.ShopifyResource._site, dict(shopify.ShopifyResource._headers))
    assert before == after
    assert "X-Shopify-Access-Token" not in shopify.ShopifyResource.headers


def test_nothing_is_printed(market):
    output = io.StringIO()
    with (
        redirect_stdout(output),
        answering(500, b"canary") as origin,
        pytest.raises(TransientError),
    ):
        client(market, base_url=origin).query("shop")
    assert not output.getvalue()


# --- throttling -----------------------------------------------------------------------


class Recorder(MemoryRateLimiter):
    def __init__(self, clock):
        super().__init__(clock)
        self.asked, self.seen = [], []

    def acquire(self, bucket, cost=1.0):
        self.asked.append((bucket, cost))
        super().acquire(bucket, cost)

    def observe(self, bucket, available):
        self.seen.append((bucket, available))
        super().observe(bucket, available)


def test_the_bucket_is_learnt_from_the_server(market):
    market.shop.settings.update(bucket_size=10_000, restore_rate=1_000)
    limiter = Recorder(Clock())
    found = client(market, limiter)
    found.query("shop")
    found.query("shop")
    assert limiter.asked[0][0] == Bucket("graphql", 2000.0, 100.0)
    assert limiter.asked[1][0] == Bucket("graphql", 10_000.0, 1_000.0)
    assert limiter.seen[0][1] > 9_000


def test_the_cost_is_estimated_before_the_call(market):
    limiter = Recorder(Clock())
    found = client(market, limiter)
    found.query("orders", ids=["gid://shopify/Order/1"])
    found.query("orders", ids=[f"gid://shopify/Order/{n}" for n in range(1, 6)])
    found.query("orders", ids=[f"gid://shopify/Order/{n}" for n in range(1, 26)])
    one, five, many = (cost for _bucket, cost in limiter.asked)
    assert 100 < one < 150
    assert five == 5 * one
    assert many == 1000  # as much as one query may cost


def test_an_empty_bucket_makes_no_call(market):
    limiter = MemoryRateLimiter(Clock())
    limiter.observe(Bucket("graphql", 2000.0, 100.0), 0)
    calls = []
    found = client(market, limiter)
    found.trace = calls.append
    with pytest.raises(RateLimited) as caught:
        found.query("shop")
    assert caught.value.retry_after == pytest.approx(0.1)
    assert not calls


def test_throttled_says_how_long(market):
    cost = {
        "requestedQueryCost": 752,
        "actualQueryCost": None,
        "throttleStatus": {
            "maximumAvailable": 2000.0,
            "currentlyAvailable": 252,
            "restoreRate": 100.0,
        },
    }
    body = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": cost},
    }
    limiter = Recorder(Clock())
    with answer(body) as origin, pytest.raises(RateLimited) as caught:
        client(market, limiter, base_url=origin).query("shop")
    assert caught.value.retry_after == 5
    assert limiter.seen == [(Bucket("graphql", 2000.0, 100.0), 252.0)]


# --- errors ---------------------------------------------------------------------------

CODES = {
    "THROTTLED": RateLimited,
    "INTERNAL_SERVER_ERROR": TransientError,
    "TIMEOUT": TransientError,
    "ACCESS_DENIED": ConfigError,
    "SHOP_INACTIVE": ConfigError,
    "MAX_COST_EXCEEDED": ProtocolError,
    "undefinedField": ProtocolError,
    "missingRequiredArguments": ProtocolError,
    None: ProtocolError,
}


@pytest.mark.parametrize("code", CODES)
def test_a_code_means_who_must_act(market, code):
    error = {"message": "anything", "extensions": {"code": code} if code else None}
    body = {"data": {"shop": None}, "errors": [error]}
    with answer(body) as origin, pytest.raises(CODES[code]) as caught:
        client(market, base_url=origin).query("shop")
    assert type(caught.value) is CODES[code]
    assert caught.value.code == code


def test_the_error_that_is_known_decides(market):
    errors = [
        {"message": "a", "extensions": {"code": "unheardOf"}, "path": ["shop"]},
        {"message": "b", "extensions": {"code": "ACCESS_DENIED"}, "path": ["x", 1]},
    ]
    with (
        answer({"errors": errors}) as origin,
        pytest.raises(ConfigError, match=r"b \(x\.1\)"),
    ):
        client(market, base_url=origin).query("shop")


@pytest.mark.parametrize("errors", ["text", [1], ["text"], {"a": 1}])
def test_errors_of_any_form_are_understood(market, errors):
    with answer({"errors": errors}) as origin, pytest.raises(ProtocolError):
        client(market, base_url=origin).query("shop")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (402, ConfigError),
        (423, ConfigError),
        (430, TransientError),
        (540, TransientError),
    ],
)
def test_shopifys_own_statuses(market, status, error):
    with (
        answering(status, b'{"errors":"unavailable"}') as origin,
        pytest.raises(error) as caught,
    ):
        client(market, base_url=origin).query("shop")
    assert caught.value.retry_after == (3600 if status == 430 else None)


def test_numbers_are_exact(market):
    body = b'{"data": {"rate": 0.0725, "big": 1.10}}'
    with answering(200, body) as origin:
        data = client(market, base_url=origin).query("shop")
    assert data == {"rate": Decimal("0.0725"), "big": Decimal("1.10")}


# --- trace ----------------------------------------------------------------------------


def test_every_call_is_traced_with_what_it_was(market):
    calls = []
    market.adapter(calls, auth="static").connect()
    (call,) = calls
    assert (call.operation, call.status, call.error) == ("Shop", "200", "")
    assert call.duration > 0
    assert call.request_id
    assert market.shop.domain in call.response


def test_a_failed_call_is_traced_too(market):
    calls = []
    found = client(market, base_url="http://127.0.0.1:9")
    found.trace = calls.append
    with pytest.raises(TransientError):
        found.query("shop")
    (call,) = calls
    assert call.status == ""
    assert call.error


def test_the_token_answer_is_traced_without_token(market):
    calls, store = [], MemoryTokenStore()
    market.adapter(calls, store=store).connect()
    shown = calls[0].request + calls[0].response
    assert store.get("access_token").value not in shown
    assert market.app["client_secret"] not in shown
    assert "***" in shown


def test_a_token_never_shows(market):
    found = client(market)
    assert "shpat" not in repr(found)
    assert "shpat" not in repr(Token(value="shpat_x"))
    assert "shpat" not in repr(market.settings())


# --- connecting -----------------------------------------------------------------------


def test_missing_scopes_are_named_by_flow(market):
    actions.set_scopes(market.simulator, market.shop, "read_orders write_products")
    assert market.adapter(auth="static").connect().missing == {
        "order": (
            "read_customers",
            "read_locations",
            "read_merchant_managed_fulfillment_orders",
        ),
        "stock": ("read_inventory", "write_inventory", "read_locations"),
        "shipment": ("write_merchant_managed_fulfillment_orders",),
        "refund": ("write_orders",),
        "return": ("read_returns", "write_returns"),
    }


ENOUGH = (
    "write_orders write_customers write_products write_inventory read_locations "
    "write_returns write_merchant_managed_fulfillment_orders odd-scope"
)


def test_writing_includes_reading(market):
    actions.set_scopes(market.simulator, market.shop, ENOUGH)
    assert not market.adapter(auth="static").connect().missing


@pytest.mark.parametrize(("days", "lacks"), [(59, False), (61, True)])
def test_old_orders_need_a_scope_of_their_own(market, days, lacks):
    actions.set_scopes(market.simulator, market.shop, ENOUGH)
    since = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    adapter = market.adapter(auth="static", orders_from=since)
    missing = {"order": ("read_all_orders",)} if lacks else {}
    assert adapter.connect().missing == missing


@pytest.mark.parametrize(
    ("asked", "other"), [("2025-01", "2026-01"), ("2026-07", ""), ("", "")]
)
def test_an_answer_by_another_version_is_told(market, asked, other):
    clock = Clock()
    adapter = ShopifyAdapter(
        replace(market.settings(auth="static"), api_version=asked),
        Transport(),
        clock,
        MemoryRateLimiter(clock),
        MemoryTokenStore(),
        lambda _call: None,
    )
    assert adapter.connect().other_version == other
