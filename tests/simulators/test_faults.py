"""The switchboard, crash points, throttle, habits: what goes wrong goes wrong as
announced."""

import time
import uuid

import pytest
import requests

from .documents import SET, TAG, adjust, available, order_of
from .faults import MIX, ROWS, TOKEN, Switchboard
from .real_client import ShopifyClient


@pytest.fixture
def client(made):
    return ShopifyClient(made["url"], made["token"], timeout=(2, 2))


ANSWERED = {
    "throttled": (200, "THROTTLED"),
    "http_429": (429, None),
    "http_500": (500, None),
    "http_502": (502, None),
    "http_503": (503, None),
    "not_json": (200, None),
    "internal_error": (200, "INTERNAL_SERVER_ERROR"),
    "http_500_after": (500, None),
    "not_json_after": (200, None),
}


@pytest.mark.parametrize("fault", ANSWERED)
def test_bad_answers(made, control, client, fault):
    control.fault(fault=fault, limit=1, shops=[made["name"]])
    status, headers, body = adjust(client, made)
    wanted, code = ANSWERED[fault]
    assert status == wanted
    if code:
        assert body["errors"][0]["extensions"]["code"] == code
    elif fault != "http_429":
        assert body is None
    assert bool(headers.get("Retry-After")) == (fault == "http_429")
    assert available(control, made) == (11 if fault.endswith("_after") else 10)
    assert adjust(client, made)[0] == 200
    assert control.get("log")["outcomes"][f"inventoryAdjustQuantities:{fault}"] == 1


@pytest.mark.parametrize(
    ("fault", "happened"),
    [("reset", 0), ("hang", 0), ("lost_answer", 1), ("late_answer", 1)],
)
def test_no_answer(made, control, client, fault, happened):
    control.fault(fault=fault, limit=1, seconds=2.5)
    key = str(uuid.uuid4())
    with pytest.raises(requests.RequestException):
        adjust(client, made, key=key)
    assert available(control, made) == 10 + happened
    status, _headers, body = adjust(client, made, key=key)
    assert (status, body["data"]["inventoryAdjustQuantities"]["userErrors"]) == (
        200,
        [],
    )
    assert available(control, made) == 11, "the same key has its effect once"


def test_expired_token_is_gone_and_renewed(made, control):
    app = made["app"]
    grant = {
        "grant_type": "client_credentials",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
    }
    url = made["url"] + "/admin/oauth/access_token"
    token = requests.post(url, json=grant, timeout=5).json()["access_token"]
    control.fault(fault="expired_token", limit=1)
    client = ShopifyClient(made["url"], token)
    assert client.execute("{ shop { id } }")[0] == 401
    assert client.execute("{ shop { id } }")[0] == 401
    token = requests.post(url, json=grant, timeout=5).json()["access_token"]
    assert ShopifyClient(made["url"], token).execute("{ shop { id } }")[0] == 200


def test_partial_denied_keeps_the_rest(made, control, client):
    placed = control.place(made["name"], order_of(made, customer={"email": "a@b.c"}))[0]
    control.fault(fault="partial_denied", limit=1)
    query = "query($id: ID!) { order(id: $id) { name customer { id } } }"
    status, _headers, body = client.execute(query, {"id": placed["id"]})
    assert status == 200
    assert body["data"]["order"] == {"name": placed["name"], "customer": None}
    assert body["errors"][0]["path"] == ["order", "customer"]
    assert body["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_rewrite_makes_values_that_no_schema_knows(made, control, client):
    placed = control.place(made["name"], order_of(made))[0]
    control.fault(fault="rewrite", limit=1, find="UNFULFILLED", replace="TELEPORTED")
    query = "query($id: ID!) { order(id: $id) { displayFulfillmentStatus } }"
    order = client.data(query, id=placed["id"])["order"]
    assert order == {"displayFulfillmentStatus": "TELEPORTED"}


def test_stale_rows_name_rows_and_change_nothing(made, control, client):
    control.fault(fault="stale_rows", limit=1, rows=1)
    place = made["locations"]["Main"]
    rows = [
        {
            "inventoryItemId": one["item"],
            "locationId": place,
            "quantity": 3,
            "changeFromQuantity": 10,
        }
        for one in made["variants"]
    ]
    given = {"name": "available", "reason": "correction", "quantities": rows}
    done = client.data(SET, input=given, key="a")["inventorySetQuantities"]
    assert [one["field"][2] for one in done["userErrors"]] == ["2"]
    assert available(control, made) == 10
    done = client.data(SET, input=given, key="b")["inventorySetQuantities"]
    assert done["userErrors"] == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("key_busy", "IDEMPOTENCY_CONCURRENT_REQUEST"),
        ("key_failed", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"),
    ],
)
def test_keys_that_cannot_be_used(made, control, client, fault, code):
    control.fault(fault=fault, limit=1)
    key = str(uuid.uuid4())
    _status, _headers, body = adjust(client, made, key=key)
    assert body["data"]["inventoryAdjustQuantities"]["userErrors"][0]["code"] == code
    _status, _headers, body = adjust(client, made, key=key)
    again = body["data"]["inventoryAdjustQuantities"]["userErrors"]
    assert bool(again) == (fault == "key_failed")
    assert control.get("log")["outcomes"][f"inventoryAdjustQuantities:{fault}"] == 1


def test_the_mix_strikes_at_its_rate_and_is_repeatable(control, made):
    def outcomes():
        control.post("faults/clear")
        control.fault(mix=0.5, seed=9, seconds=0)
        seen = []
        for _call in range(60):
            client = ShopifyClient(made["url"], made["token"], timeout=(2, 2))
            try:
                seen.append(client.execute("{ shop { id } }")[0])
            except requests.RequestException:
                seen.append(0)
        return seen

    first = outcomes()
    assert first == outcomes()
    assert 10 < sum(1 for one in first if one != 200) < 45
    hits = {one["fault"] for one in control.get("faults")["faults"] if one["hits"]}
    assert len(hits) >= 6


CALLS = 20_000
# of which a tenth is spoilt: five standard deviations, for the seed is any
NEAR = 5 * (CALLS * 0.1 * 0.9) ** 0.5


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (("shop", "query"), MIX - ROWS),
        (("fulfillmentCreate", "mutation"), MIX - ROWS),
        (("inventorySetQuantities", "mutation"), MIX),
        (("token",), TOKEN),
        (("bulk_download",), {"reset"}),
    ],
)
def test_the_mix_strikes_every_operation_at_its_rate(names, kinds):
    board = Switchboard()
    board.mix(0.1, seed=7, shops=["made"])
    drawn = [board.draw("made", *names) for _call in range(CALLS)]
    struck = [rule.fault for rule in drawn if rule]
    assert abs(len(struck) - CALLS * 0.1) < NEAR
    assert set(struck) == kinds
    assert len(struck) == sum(rule["hits"] for rule in board.describe())
    assert board.draw("another", *names) is None


@pytest.mark.parametrize("fault", sorted(TOKEN))
def test_all_that_the_mix_does_to_token_calls_spoils_them(made, control, fault):
    control.fault(fault=fault, limit=1, operations=["token"], seconds=0)
    url = made["url"] + "/admin/oauth/access_token"
    grant = {"grant_type": "client_credentials", **made["app"]}
    try:
        spoilt = requests.post(url, json=grant, timeout=5)
    except requests.RequestException:
        spoilt = None
    good = spoilt is not None and spoilt.status_code == 200
    assert not good or "access_token" not in spoilt.text
    assert control.get("log")["outcomes"] == {f"token:{fault}": 1}


def test_throttle(made, control, client):
    control.post(f"shops/{made['name']}/settings", bucket_size=40, restore_rate=20)
    query = "{ orders(first: 250) { nodes { id } } }"
    seen = [client.execute(query) for _call in range(4)]
    codes = [
        body["errors"][0]["extensions"]["code"]
        for _status, _headers, body in seen
        if "errors" in body
    ]
    assert {status for status, _headers, _body in seen} == {200}
    assert codes == []  # an empty page gives back what it did not use
    gone = {"id": "gid://shopify/Order/1"}
    bodies = [client.execute(TAG, gone)[2] for _call in range(6)]
    refused = [body for body in bodies if "errors" in body]
    assert refused
    cost = refused[0]["extensions"]["cost"]
    assert cost["requestedQueryCost"] == 10
    assert cost["actualQueryCost"] is None
    assert cost["throttleStatus"]["maximumAvailable"] == 40
    control.post("time", advance=10)
    assert "errors" not in client.execute(TAG, gone)[2]
    control.post("time", advance=-10)


def test_too_expensive_queries_are_refused(client):
    line = (
        "id product { id } variant { id } originalUnitPriceSet { shopMoney { amount } }"
    )
    query = f"""{{ orders(first: 250) {{ nodes {{
        lineItems(first: 250) {{ nodes {{ {line} }} }} }} }} }}"""
    _status, _headers, body = client.execute(query)
    assert body["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert "data" not in body


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [  # calibration points of the fact sheet, section 3
        (
            """{ inventoryItems(first: 1) { nodes { inventoryLevels(first: 100) {
               nodes { location { id } item { id }
               quantities(names: []) { name } } } } } }""",
            35,
            60,
        ),
        ("{ shop { id } }", 1, 1),
    ],
)
def test_cost(client, query, low, high):
    _status, _headers, body = client.execute(query)
    assert low <= body["extensions"]["cost"]["requestedQueryCost"] <= high


def test_habits(made, control, client):
    name = made["name"]
    placed = control.place(
        name,
        order_of(made, payment="paid", gift_card="5"),
    )[0]
    query = """query($id: ID!) { order(id: $id) {
               transactionsCount { count } transactions { gateway } } }"""
    _status, _headers, body = client.execute(query, {"id": placed["id"]})
    order = body["data"]["order"]
    assert order["transactionsCount"] is None
    assert [one["gateway"] for one in order["transactions"]][-1] == "gift_card"
    assert "novelty" in body["extensions"]
    control.post(f"shops/{name}/settings", habits=[])
    _status, _headers, body = client.execute(query, {"id": placed["id"]})
    order = body["data"]["order"]
    assert order["transactionsCount"] == {"count": 2}
    assert [one["gateway"] for one in order["transactions"]][0] == "gift_card"
    assert "novelty" not in body["extensions"]


def test_latency_is_per_operation(made, control, client):
    control.post("latency", {"shop": 0.3})
    started = time.monotonic()
    client.data("{ shop { id } }")
    assert time.monotonic() - started >= 0.3
    started = time.monotonic()
    client.data("{ currentAppInstallation { id } }")
    assert time.monotonic() - started < 0.3
