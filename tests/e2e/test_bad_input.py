"""Whatever comes in: a clear answer or issue, never a traceback, never a lost order."""

from types import SimpleNamespace

import pytest
import requests

from odoo.addons.channel_base.adapter.webhook import sign

from tests.harness import channel, compare, quiet, webhook, world as worlds
from tests.harness.log import ServerLog
from tests.simulators.generator import World

SHOP = "odd"
ABROAD = "abroad"  # sells in a currency that the company neither keeps nor has rates of
STOCK = 10_000
WORLD = World(stock=STOCK)
MAX_LINES = 520  # of the channel under test
CANARY = "body-canary-4711"
LINE = {"variant": "TEE-S", "quantity": 1, "price": "10.00"}
# errors of Python's own: nobody foresaw what happened
UNFORESEEN = {"KeyError", "TypeError", "ValueError", "AttributeError", "IndexError"}


@pytest.fixture(scope="module")
def odd(hub, simulator):
    shop = worlds.open_shop(simulator.control, SHOP, WORLD)
    worlds.prepare_odoo(hub, WORLD)
    channel_id = channel.connect(hub, shop, stock_fuse=0, max_order_lines=MAX_LINES)
    quiet.wait_quiet(hub)
    return SimpleNamespace(
        hub=hub, control=simulator.control, channel_id=channel_id, shop=shop
    )


@pytest.fixture(scope="module")
def abroad(odd):
    """A second shop, of a company whose books are kept in another currency."""
    settings = {"currency": "SEK"}
    shop = worlds.open_shop(odd.control, ABROAD, WORLD, settings=settings)
    channel_id = channel.connect(odd.hub, shop, stock_fuse=0)
    quiet.wait_quiet(odd.hub)
    return SimpleNamespace(
        hub=odd.hub, control=odd.control, channel_id=channel_id, shop=shop
    )


# --- at the door ----------------------------------------------------------------------


def deliver(odd, body, *, channel_id=None, **headers):
    """Deliver a webhook, signed as the shop's app does unless told otherwise."""
    return webhook.deliver(
        odd.hub, channel_id or odd.channel_id, odd.shop, body, **headers
    )


def stored(odd):
    return odd.hub.sql("SELECT count(*)::int FROM channel_event")[0][0]


REFUSED = {
    "not JSON": ({"body": b'{"id": 1, '}, 400),
    "no object": ({"body": b"[1, 2]"}, 400),
    "no id": ({"body": {"name": "#1"}}, 400),
    "id is no id": ({"body": {"id": {"a": 1}}}, 400),
    "empty": ({"body": b""}, 400),
    "not UTF-8": ({"body": b'{"id": "\xff\xfe"}'}, 400),
    "too large": ({"body": b'{"id": 1, "note": "' + b"x" * 6 * 2**20 + b'"}'}, 413),
    "signed with another secret": (
        {"body": {"id": 1, "n": CANARY}, "X_Shopify_Hmac_Sha256": sign("no", b"x")},
        401,
    ),
    "not signed": (
        {"body": {"id": 1, "n": CANARY}, "X_Shopify_Hmac_Sha256": None},
        401,
    ),
    "signature is no text": (
        {"body": {"id": 1, "n": CANARY}, "X_Shopify_Hmac_Sha256": "ÿ€"},
        401,
    ),
    "another shop": (
        {"body": {"id": 1}, "X_Shopify_Shop_Domain": "evil.myshopify.com"},
        401,
    ),
    "no such channel": ({"body": {"id": 1}, "channel_id": 999_999}, 404),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_at_the_door(odd, case):
    arguments, status = REFUSED[case]
    if "X_Shopify_Hmac_Sha256" in arguments and arguments["X_Shopify_Hmac_Sha256"]:
        value = arguments["X_Shopify_Hmac_Sha256"]
        arguments = {**arguments, "X_Shopify_Hmac_Sha256": value.encode()}
    before = stored(odd)
    answer = deliver(odd, arguments["body"], **_rest(arguments))
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert stored(odd) == before


def _rest(arguments):
    return {name: value for name, value in arguments.items() if name != "body"}


def test_what_is_refused_is_not_logged(odd):
    assert CANARY.encode() not in odd.hub.log.read_bytes()


def test_only_posts(odd):
    url = f"{odd.hub.url}/channel/{odd.channel_id}/webhook"
    assert requests.get(url, timeout=30).status_code == 405


def test_unknown_topic_is_stored_ignored_and_visible(odd):
    assert deliver(odd, {"id": 5}, topic="gizmos/wobble").status_code == 200
    (event,) = odd.hub.call(
        "channel.event",
        "search_read",
        [("topic", "=", "gizmos/wobble")],
        ["state", "received_at"],
    )
    assert event["state"] == "ignored"


def test_an_order_that_is_not_there(odd):
    assert deliver(odd, {"id": 987_654_321}).status_code == 200
    settle(odd)
    assert row(odd, "987654321") is None
    assert not issues(odd, "987654321")


# --- odd orders -----------------------------------------------------------------------


def settle(odd):
    quiet.wait_quiet(
        odd.hub,
        still=1.5,
        also=lambda: odd.control.get("status")["deliveries_pending"] > 0,
    )


def place(odd, **spec):
    """Place an order and let the hub work.

    :return: (id, row of the channel order, its issues).
    """
    spec = {"payment": "paid", "oversell": True, **spec}
    (placed,) = odd.control.place(odd.shop["name"], spec)
    settle(odd)
    order_id = placed["id"].rpartition("/")[2]
    return order_id, row(odd, order_id), issues(odd, order_id)


def row(odd, order_id):
    """State of the channel order and of its sale order, total."""
    found = odd.hub.sql(
        "SELECT channel_order.state, sale.state, sale.amount_total::float"
        "  FROM channel_order"
        "  LEFT JOIN sale_order sale ON sale.channel_order_id = channel_order.id"
        " WHERE channel_order.external_id = %s AND channel_order.channel_id = %s",
        (order_id, odd.channel_id),
    )
    return found[0] if found else None


def money(odd, order_id):
    """Currency, rate (its units for one of the company's) and total of the sale
    order, and total and total in the company's currency of its invoice."""
    (found,) = odd.hub.sql(
        "SELECT currency.name, sale.currency_rate::float, sale.amount_total::float,"
        "       move.amount_total::float, move.amount_total_signed::float"
        "  FROM channel_order"
        "  JOIN sale_order sale ON sale.channel_order_id = channel_order.id"
        "  JOIN res_currency currency ON currency.id = sale.currency_id"
        "  JOIN account_move move ON move.invoice_origin = sale.name"
        "   AND move.currency_id = sale.currency_id AND move.state = 'posted'"
        " WHERE channel_order.external_id = %s AND channel_order.channel_id = %s",
        (order_id, odd.channel_id),
    )
    return found


def issues(odd, order_id):
    """{kind: message} of the open issues about an order; none of them unforeseen."""
    found = odd.hub.sql(
        "SELECT kind, message, detail FROM channel_issue"
        " WHERE state = 'open' AND subject LIKE %s AND channel_id = %s",
        (f"order:{order_id}%", odd.channel_id),
    )
    assert not [one for one in found if one[2] in UNFORESEEN], found
    return {kind: message for kind, message, _detail in found}


def test_no_customer_no_address(odd):
    _id, order, problems = place(odd, lines=[LINE])
    assert order == ("imported", "sale", 10.0)
    assert not problems


def test_emoji_and_right_to_left(odd):
    person = {
        "first_name": "👩‍🚀",
        "last_name": "עברית‏",
        "address1": "شارع ٥\u202e",
        "zip": "١",
    }
    _id, order, problems = place(
        odd,
        lines=[{**LINE, "title": "🧦 جورب\x07"}],
        shipping_address={**person, "city": "القاهرة", "country_code": "EG"},
        note="‮ note \x01 with\ttabs\n" + "é" * 4000,
    )
    assert order == ("imported", "sale", 10.0)
    assert not problems


def test_unknown_enum_value_waits_and_goes_on_once_it_is_known(odd):
    odd.control.fault(
        fault="rewrite", find='"PAID"', replace='"PAID_IN_SEASHELLS"', shops=[SHOP]
    )
    order_id, order, problems = place(odd, lines=[LINE])
    odd.control.post("faults/clear")
    assert order is None or order[1] is None
    assert set(problems) == {"protocol"}
    assert "PAID_IN_SEASHELLS" in problems["protocol"]
    resolve(odd, order_id)
    assert row(odd, order_id) == ("imported", "sale", 10.0)
    assert not issues(odd, order_id)


def resolve(odd, order_id):
    ids = odd.hub.call(
        "channel.issue",
        "search",
        [
            ("state", "=", "open"),
            ("channel_id", "=", odd.channel_id),
            ("subject", "=like", f"order:{order_id}%"),
        ],
    )
    odd.hub.call("channel.issue", "action_resolve", ids)
    settle(odd)


def test_missing_field_waits_and_goes_on(odd):
    odd.control.fault(
        fault="rewrite", find='"totalPriceSet": ?{', replace='"other": {', shops=[SHOP]
    )
    order_id, order, problems = place(odd, lines=[LINE])
    odd.control.post("faults/clear")
    assert order is None or order[1] is None
    assert set(problems) == {"protocol"}
    resolve(odd, order_id)
    assert row(odd, order_id) == ("imported", "sale", 10.0)


def test_deleted_product(odd):
    spec = {"title": "Short-lived", "variants": [{"sku": "GONE", "price": "3"}]}
    made = odd.control.post(f"shops/{SHOP}/products", **spec)["variants"]
    settle(odd)
    odd.control.post("latency", {"*": 1.0})
    (placed,) = odd.control.place(
        SHOP,
        {"lines": [{"variant": "GONE"}], "payment": "paid", "oversell": True},
    )
    odd.control.post(f"shops/{SHOP}/products/delete", id=made[0]["product"])
    odd.control.post("latency", {})
    settle(odd)
    order_id = placed["id"].rpartition("/")[2]
    assert row(odd, order_id)[0] == "blocked"
    assert set(issues(odd, order_id)) == {"unmapped_sku"}


def test_order_deleted_before_it_is_read(odd):
    odd.control.post("latency", {"*": 1.0})
    (placed,) = odd.control.place(SHOP, {"lines": [LINE], "payment": "paid"})
    odd.control.order(SHOP, placed["name"], "delete")
    odd.control.post("latency", {})
    settle(odd)
    assert not issues(odd, placed["id"].rpartition("/")[2])


@pytest.mark.parametrize("quantity", [10**6, 10**9])
def test_absurd_quantity(odd, quantity):
    _id, order, problems = place(
        odd, lines=[{**LINE, "price": "0.01", "quantity": quantity}]
    )
    assert order is not None, "the order is lost"
    assert order[0] == "imported" or problems
    shown = compare.shown(odd.control, SHOP)["TEE-S"]
    assert shown <= 0, "units that are sold are offered again"
    odd.control.order(SHOP, odd_name(odd, _id), "cancel", reason="FRAUD")
    settle(odd)


def odd_name(odd, order_id):
    return odd.hub.sql(
        "SELECT name FROM channel_order WHERE external_id = %s", (order_id,)
    )[0][0]


def test_currency_of_which_only_the_order_knows_the_rate(odd):
    order_id, order, problems = place(odd, lines=[LINE], currency="CHF", rate="0.95")
    assert order == ("imported", "sale", 10.0)
    assert not problems
    # the shop took 10 / 0.95 = 10.53 EUR
    rate = pytest.approx(10 / 10.53, abs=1e-6)
    assert money(odd, order_id) == ("CHF", rate, 10.0, 10.0, 10.53)


def test_currency_whose_rate_nobody_knows_waits_for_one(abroad):
    order_id, order, problems = place(abroad, lines=[LINE])
    assert order == ("blocked", None, None)
    assert set(problems) == {"missing_rate"}
    for word in ("SEK", "EUR", "Currencies"):
        assert word in problems["missing_rate"], "it does not say what to do"
    resolve(abroad, order_id)
    assert row(abroad, order_id) == ("blocked", None, None)
    assert set(issues(abroad, order_id)) == {"missing_rate"}, "it was not said again"
    (currency,) = abroad.hub.call("res.currency", "search", [("name", "=", "SEK")])
    values = {"currency_id": currency, "name": "2020-01-01", "rate": 11.25}
    abroad.hub.call("res.currency.rate", "create", values)
    resolve(abroad, order_id)
    assert row(abroad, order_id) == ("imported", "sale", 10.0)
    assert money(abroad, order_id) == ("SEK", 11.25, 10.0, 10.0, 0.89)
    assert not issues(abroad, order_id)


def test_amounts_in_several_currencies(odd):
    odd.control.fault(
        fault="rewrite",
        find='(originalUnitPriceSet.{1,60}?)"EUR"',
        replace=r'\1"USD"',
        shops=[SHOP],
    )
    order_id, order, problems = place(odd, lines=[LINE])
    odd.control.post("faults/clear")
    assert order is None or order[1] is None
    assert problems
    assert order_id


def test_five_hundred_lines(odd):
    lines = [{**LINE, "price": f"{1 + number / 100:.2f}"} for number in range(500)]
    total = sum(round(1 + number / 100, 2) for number in range(500))
    _id, order, problems = place(odd, lines=lines)
    assert order == ("imported", "sale", pytest.approx(total))
    assert not problems


def test_too_many_lines_wait_and_their_stock_is_counted(odd):
    before = compare.shown(odd.control, SHOP)["MUG-01"]
    many = [{**LINE, "variant": "MUG-01"} for _line in range(MAX_LINES + 1)]
    order_id, order, problems = place(odd, lines=many)
    assert order[1] is None
    assert set(problems) == {"order_too_large"}
    assert str(MAX_LINES + 1) in problems["order_too_large"]
    assert compare.shown(odd.control, SHOP)["MUG-01"] == before - len(many)
    assert compare.available(odd.hub, odd.channel_id)["MUG-01"] == before - len(many)
    values = {"max_order_lines": MAX_LINES + 1}
    odd.hub.call("channel.channel", "write", [odd.channel_id], values)
    resolve(odd, order_id)
    assert row(odd, order_id)[:2] == ("imported", "sale")


def test_no_job_failed(odd):
    assert not quiet.failed_jobs(odd.hub)
    unforeseen = [
        text
        for text in ServerLog(odd.hub.log).errors()
        if "Traceback" in text and "ProtocolError" not in text
    ]
    assert not unforeseen
