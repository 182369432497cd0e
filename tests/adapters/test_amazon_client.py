"""The library's traps, one by one: what reaches Amazon, and what its answers mean."""

import json
import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from odoo.addons.channel_amazon.adapter.client import AmazonClient
from odoo.addons.channel_amazon.adapter.errors import Refused
from odoo.addons.channel_amazon.adapter.operations import OPERATIONS
from odoo.addons.channel_amazon.tests.account import (
    SECRETS,
    Account,
    serving,
    spoken,
)
from odoo.addons.channel_base.adapter.errors import (
    AuthError,
    ConfigError,
    ProtocolError,
    RateLimited,
    TransientError,
)
from odoo.addons.channel_base.adapter.port import Settings
from odoo.addons.channel_base.adapter.ratelimit import MemoryRateLimiter
from odoo.addons.channel_base.adapter.tokens import MemoryTokenStore, Token
from odoo.addons.channel_base.adapter.transport import Transport

from .amazon_contract import ABSENT, AMAZON

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUOTA = {"errors": [{"code": "QuotaExceeded", "message": "You exceeded your quota"}]}


class World:
    """A client, what it sent, and what is answered."""

    def __init__(self):
        self.now, self.requests, self.answers, self.calls = NOW, [], [], []
        self.store = MemoryTokenStore()
        self.limiter = MemoryRateLimiter(lambda: self.now)
        self.store.renew(
            "access_token",
            None,
            lambda _seen: Token("Atza|stored", expires_at=NOW + timedelta(hours=1)),
        )

    def answer(self, method, path, query, headers, body):
        self.requests.append((method, path, query, headers, body))
        if path == "/auth/o2/token":
            token = {"access_token": "Atza|new", "refresh_token": "Atzr|new"}
            return 200, {}, json.dumps({**token, "expires_in": 3600}).encode()
        status, more, found = self.answers.pop(0) if self.answers else (200, {}, {})
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        return status, more, body

    def client(self, url, **options):
        settings = Settings(
            account="SELLER",
            base_url=url,
            options={"region": "eu", "client_id": "client-zzz", **options},
            secrets=SECRETS,
        )
        return AmazonClient(
            settings,
            Transport(timeout=(2, 5)),
            lambda: self.now,
            self.limiter,
            self.store,
            self.calls.append,
        )


@pytest.fixture
def world():
    return World()


@pytest.fixture
def url(world):
    with serving(world.answer) as origin:
        yield origin


@pytest.fixture
def client(world, url):
    return world.client(url)


def sent(world):
    """The last request's method, path, query and body."""
    method, path, query, _headers, body = world.requests[-1]
    return method, path, query, json.loads(body) if body else None


# --- what reaches Amazon --------------------------------------------------------------


def test_nothing_is_added_to_queries(world, client):
    client.call("getOrder", "1-2-3", includedData="BUYER")
    assert sent(world) == (
        "GET",
        "/orders/2026-01-01/orders/1-2-3",
        {"includedData": "BUYER"},
        None,
    )
    client.call("searchOrders", marketplaceIds="A,B", lastUpdatedAfter="x")
    assert sent(world)[2] == {"marketplaceIds": "A,B", "lastUpdatedAfter": "x"}
    client.call("getMarketplaceParticipations")
    assert sent(world)[2] == {}


def test_nothing_is_added_to_bodies_and_the_callers_stay_theirs(world, client):
    body = {"productType": "PRODUCT", "patches": []}
    client.call("patchListingsItem", "S", "a", marketplaceIds="A", body=body)
    assert sent(world)[2:] == ({"marketplaceIds": "A"}, body)
    assert body == {"productType": "PRODUCT", "patches": []}
    world.answers.append((204, {}, b""))
    assert client.call("confirmShipment", "1", marketplaceId="A") == {}
    assert sent(world)[::3] == ("POST", {"marketplaceId": "A"})


@pytest.mark.parametrize("sku", ["a/b c", "a+b", "ä&?#%", "x'\"y", "../..", "%2F"])
def test_odd_skus_stay_one_part_of_the_path(world, client, sku):
    client.call("getListingsItem", "SELLER", sku, marketplaceIds="A")
    account = Account()
    account.items[sku] = {"sku": sku}
    path = sent(world)[1]
    assert account.answer("GET", path, {}, None) == (200, {"sku": sku})


def test_environment_and_files_decide_nothing(world, url, monkeypatch, tmp_path):
    for name in ("LWA_APP_ID", "LWA_CLIENT_SECRET", "SP_API_REFRESH_TOKEN"):
        monkeypatch.setenv(name, "of-the-environment")
    monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", "US")
    monkeypatch.setenv("HOME", str(tmp_path))
    world.store = MemoryTokenStore()
    client = world.client(url)
    client.call("getOrder", "1")
    (_m, path, _q, _h, form), (_m2, _p2, _q2, headers, _b) = world.requests
    assert path == "/auth/o2/token"
    assert b"of-the-environment" not in form
    assert b"grant_type=refresh_token" in form
    assert headers["x-amz-access-token"] == "Atza|new"
    assert headers["host"] == url.removeprefix("http://")


def test_missing_credentials_are_told_not_looked_for(world, url):
    world.store = MemoryTokenStore()
    with pytest.raises(ConfigError, match="Client id"):
        world.client(url, client_id="").call("getOrder", "1")
    assert not world.requests


def test_a_region_is_needed_only_for_the_real_hosts(world):
    with pytest.raises(ConfigError, match="region"):
        world.client("", region="")
    assert world.client("", region="fe")._origin.endswith("-fe.amazon.com")


def test_documents_go_through_the_base_url_without_token(world, client):
    world.answers += [(200, {}, b""), (200, {}, b"a\tb")]
    there = "https://tortuga-prod.s3.eu-west-1.amazonaws.com/doc?X-Amz-Signature=1"
    client.upload(there, "ä€".encode(), "application/json; charset=UTF-8")
    method, path, query, headers, body = world.requests[-1]
    assert (method, path, body) == ("PUT", "/doc", "ä€".encode())
    assert query == {"X-Amz-Signature": "1"}
    assert headers["content-type"] == "application/json; charset=UTF-8"
    assert "x-amz-access-token" not in headers
    assert client.download(there) == b"a\tb"


def test_an_expired_document_is_no_document(world, client):
    xml = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"
    world.answers += [(403, {}, xml), (500, {}, xml)]
    with pytest.raises(TransientError) as caught:
        client.download("https://s3.example.com/doc")
    assert caught.value.code == "expired"
    with pytest.raises(TransientError):
        client.download("https://s3.example.com/doc")


# --- what answers mean ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (502, b"<html>Bad gateway</html>", TransientError),
        (403, {"message": "Forbidden"}, ConfigError),
        (429, b"", RateLimited),
        (429, QUOTA, RateLimited),
        (500, {"errors": [{"code": "InternalFailure"}]}, TransientError),
        (503, {"errors": [{"code": "ServiceUnavailable"}]}, TransientError),
        (400, {"errors": [{"code": "InvalidInput", "message": "No"}]}, Refused),
        (422, {"errors": [{"code": "InvalidInput"}]}, Refused),
        (404, {"errors": [{"code": "NotFound"}]}, Refused),
        (404, b"<html>", ConfigError),
        (401, {"errors": [{"code": "Unauthorized"}]}, AuthError),
        (403, {"errors": [{"code": "Unauthorized"}]}, AuthError),
        (200, {"errors": [{"code": "InvalidInput"}]}, Refused),
        (200, b"<html>", TransientError),
        (200, b"", TransientError),
        (200, b"[]", ProtocolError),
        (204, b"", None),
    ],
)
def test_no_failure_passes_for_success(world, client, status, body, expected):
    world.answers += [(status, {}, body)] * 2
    if expected is None:
        assert client.call("confirmShipment", "1") == {}
        return
    with pytest.raises(expected):
        client.call("confirmShipment", "1", marketplaceId="A")


def test_a_refused_token_is_renewed_once(world, client):
    denied = {"errors": [{"code": "Unauthorized", "message": "denied"}]}
    world.answers += [(403, {}, denied), (200, {}, {"order": {}})]
    assert client.call("getOrder", "1") == {"order": {}}
    assert world.requests[-1][3]["x-amz-access-token"] == "Atza|new"
    world.answers += [(403, {}, denied)] * 2
    with pytest.raises(AuthError, match="roles"):
        client.call("getOrder", "1")


@pytest.mark.parametrize("code", ["invalid_grant", "invalid_client"])
def test_what_login_refuses_an_administrator_must_see_to(world, code):
    world.store = MemoryTokenStore()

    def answer(*_request):
        return 400, {}, json.dumps({"error": code}).encode()

    with serving(answer) as origin, pytest.raises(AuthError) as caught:
        world.client(origin).call("getOrder", "1")
    assert caught.value.code == code


def test_two_accounts_never_share_a_token(world, url):
    other = World()
    other.store = MemoryTokenStore()
    world.client(url).call("getOrder", "1")
    other.client(url).call("getOrder", "1")
    tokens = [
        headers.get("x-amz-access-token") for _m, _p, _q, headers, _b in world.requests
    ]
    assert tokens == ["Atza|stored", None, "Atza|new"]


def test_a_token_is_renewed_before_it_ends(world, client):
    world.now = NOW + timedelta(minutes=56)
    client.call("getOrder", "1")
    assert world.requests[0][1] == "/auth/o2/token"
    assert world.store.get("access_token").expires_at == world.now + timedelta(hours=1)


# --- throttling -----------------------------------------------------------------------


def test_each_operation_has_a_bucket_of_its_own(world, client):
    for _time in range(20):
        client.call("searchOrders")
    with pytest.raises(RateLimited) as caught:
        client.call("searchOrders")
    assert caught.value.retry_after == pytest.approx(1 / 0.0056)
    assert len(world.requests) == 20
    client.call("getOrder", "1")
    world.now += timedelta(seconds=180)
    client.call("searchOrders")


def test_a_throttled_call_empties_the_bucket(world, client):
    world.answers.append((429, {}, b""))
    with pytest.raises(RateLimited) as caught:
        client.call("getOrder", "1")
    assert caught.value.retry_after == pytest.approx(2)
    with pytest.raises(RateLimited):
        client.call("getOrder", "1")
    assert len(world.requests) == 1
    world.now += timedelta(seconds=3)
    client.call("getOrder", "1")


def test_the_rate_that_answers_state_counts(world, client):
    world.answers.append((200, {"x-amzn-RateLimit-Limit": "0.1"}, {"order": {}}))
    client.call("getOrder", "1")
    world.answers.append((429, {}, b""))
    with pytest.raises(RateLimited) as caught:
        client.call("getOrder", "1")
    assert caught.value.retry_after == pytest.approx(10)


def test_rates_are_the_published_ones():
    table = AMAZON / "operations.tsv"
    if not table.exists():
        pytest.skip(ABSENT)
    rows = [line.split("\t") for line in table.read_text().splitlines()[1:]]
    published = {}
    for model, name, _method, _path, rate, burst, *_rest, library in rows:
        for call in library.split():
            published[call.split(".")[0], name] = (
                model,
                float(rate or 0),
                int(burst or 0),
            )
    for name, operation in OPERATIONS.items():
        _model, rate, burst = published[operation.api.__name__, name]
        assert (operation.rate, operation.burst) == (rate, burst), name


# --- trace ----------------------------------------------------------------------------


def test_the_trace_knows_no_secret_and_no_buyer(world, client, caplog):
    caplog.set_level(logging.DEBUG)
    world.answers.append((200, {"x-amzn-RequestId": "r-1"}, {"order": {"name": "Ute"}}))
    client.call("getOrder", "1-2-3")
    (call,) = world.calls
    assert (call.operation, call.status, call.request_id) == ("getOrder", "200", "r-1")
    world.store.renew("access_token", world.store.get("access_token"), lambda _s: None)
    client.login.current()
    client.login.refresh_token("consent-code-zzz")
    shown = " ".join(map(repr, world.calls)) + caplog.text
    shown += "".join(c.request + c.response + c.error for c in world.calls)
    for secret in (*SECRETS.values(), "Atza|", "Ute", "consent-code-zzz"):
        assert secret not in shown


def test_errors_are_traced_with_their_cause(world, client):
    answer = {"errors": [{"code": "InvalidInput", "message": "bad", "details": "date"}]}
    world.answers.append((400, {}, answer))
    with pytest.raises(Refused, match="bad: date"):
        client.call("getOrder", "1")
    (call,) = world.calls
    assert "InvalidInput" in call.response
    assert "bad" in call.error


def test_consent_is_worth_a_refresh_token(url):
    account = Account()
    with serving(spoken(account)) as origin:
        token = World().client(origin).login.refresh_token("code-1")
    assert token == "Atzr|of-code-1"
    assert account.grants[0]["grant_type"] == "authorization_code"


def test_clients_of_several_threads_do_not_mix(world, url):
    """Classes are shared, what they send by is not."""
    found = []

    def run(number):
        client = world.client(url)
        client.call("getOrder", f"order-{number}")
        found.append(number)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    asked = sorted(path.rsplit("/", 1)[1] for _m, path, *_rest in world.requests)
    assert asked == [f"order-{n}" for n in range(8)]
