"""Quantities: read in few calls, set all or none, never overwritten."""

import pytest

from odoo.addons.channel_base.adapter.canonical import PushStatus, StockTarget
from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    ProtocolError,
    RateLimited,
    TransientError,
)

from tests.simulators.shopify import actions

from .shopify_market import ShopifyMarket, number


@pytest.fixture
def market(shopify, request):
    simulator, url = shopify
    name = f"stock-{abs(hash(request.node.name))}"
    yield ShopifyMarket(simulator, url, name=name, products=10)
    simulator.faults.clear()


def target(pair, quantity, expected, key=None):
    return StockTarget(
        key=key or "-".join(pair),
        listing=pair[0],
        stock_key=pair[0],
        location=pair[1],
        quantity=quantity,
        expected=expected,
    )


def targets(market, change):
    return tuple(target(p, n + change, n) for p, n in sorted(market.stock().items()))


def push(market, wanted, key="key-1", calls=None):
    answer = market.adapter(calls).push_stock(key, wanted)
    assert answer.ticket == ""
    return {result.key: result for result in answer.results}


def statuses(results):
    return [result.status for result in results.values()]


def test_all_rows_by_one_call(market):
    wanted, calls = targets(market, -3), []
    results = push(market, wanted, calls=calls)
    assert statuses(results) == [PushStatus.DONE] * len(wanted)
    assert [call.operation for call in calls] == ["AccessToken", "StockSet"]
    assert market.stock() == {(t.stock_key, t.location): t.quantity for t in wanted}


def test_the_expected_value_is_always_sent(market):
    (pair, available), *_others = market.stock().items()
    calls = []
    push(market, (target(pair, 1, None),), calls=calls)
    assert '"changeFromQuantity": null' in calls[-1].request
    push(market, (target(pair, 2, 1),), "key-2", calls)
    assert '"changeFromQuantity": 1' in calls[-1].request
    assert available != 2 == market.stock()[pair]


def test_stale_rows_are_named_with_what_is_there(market):
    wanted = targets(market, 5)
    for sold in (wanted[2], wanted[7]):
        market.sell(sold.stock_key, sold.location)
    before = market.stock()
    results = push(market, wanted)
    stale = {k: r for k, r in results.items() if r.status is PushStatus.STALE}
    assert set(stale) == {wanted[2].key, wanted[7].key}
    for one in (wanted[2], wanted[7]):
        assert stale[one.key].observed == one.expected - 1
        assert stale[one.key].observed_at
        assert stale[one.key].code == "CHANGE_FROM_QUANTITY_STALE"
    others = [r.status for k, r in results.items() if k not in stale]
    assert set(others) == {PushStatus.SKIPPED}
    assert market.stock() == before


def test_what_is_not_sold_from_a_place_is_compared_all_the_same(market):
    """Unticking the place keeps the quantity, and it is what the next write is compared
    with: read as nothing, each write and each check would differ from it."""
    (pair, available), *_others = market.stock().items()
    level = next(
        one
        for one in market.shop.all("InventoryLevel")
        if (number(one["item"]), number(one["location"])) == pair
    )
    level["isActive"] = False
    (read,) = market.adapter().stock_levels((pair,))
    assert read.available == available
    (result,) = push(market, (target(pair, 9, available + 1),)).values()
    assert (result.status, result.observed) == (PushStatus.STALE, available)
    assert statuses(push(market, (target(pair, 9, available),), "key-2")) == [
        PushStatus.DONE
    ]


def test_a_bad_row_is_rejected_and_the_others_wait(market):
    wanted = list(targets(market, 5))
    wanted[3] = target(("999999", wanted[3].location), 1, 1)
    wanted[4] = target((wanted[4].stock_key, "999999"), 1, 1)
    before = market.stock()
    results = push(market, tuple(wanted))
    assert results[wanted[3].key].status is PushStatus.REJECTED
    assert results[wanted[3].key].code == "INVALID_INVENTORY_ITEM"
    assert "import the catalogue" in results[wanted[3].key].message
    assert results[wanted[4].key].code == "INVALID_LOCATION"
    assert statuses(results).count(PushStatus.SKIPPED) == len(wanted) - 2
    assert market.stock() == before


@pytest.mark.parametrize("quantity", [-1, 10**10])
def test_absurd_quantities_spoil_no_other_row(market, quantity):
    wanted = [*targets(market, 1)[:3]]
    wanted[1] = target((wanted[1].stock_key, wanted[1].location), quantity, 1)
    results = push(market, tuple(wanted))
    assert results[wanted[1].key].status is PushStatus.REJECTED
    assert results[wanted[0].key].status is PushStatus.DONE
    assert push(market, (wanted[1],))[wanted[1].key].code == "INVALID_QUANTITY"


def test_offers_that_share_an_item_get_the_lowest(market):
    (pair, available), *_others = market.stock().items()
    wanted = (
        target(pair, 9, available, "offer-a"),
        target(pair, 4, available, "offer-b"),
    )
    results = push(market, wanted)
    assert statuses(results) == [PushStatus.DONE, PushStatus.DONE]
    assert market.stock()[pair] == 4


def test_a_repeat_with_the_same_key_changes_nothing_more(market):
    wanted = targets(market, 5)
    market.fault("lost_answer", shops=[market.name], operations=["mutation"], limit=1)
    with pytest.raises(TransientError):
        push(market, wanted)
    after = market.stock()
    assert statuses(push(market, wanted)) == [PushStatus.DONE] * len(wanted)
    assert market.stock() == after


def test_a_burnt_key_asks_for_a_new_one(market):
    market.fault("key_failed", shops=[market.name], operations=["mutation"], limit=1)
    wanted = targets(market, 5)
    assert set(statuses(push(market, wanted))) == {PushStatus.SKIPPED}
    assert set(statuses(push(market, wanted, "key-2"))) == {PushStatus.DONE}


def test_a_key_that_is_busy_is_repeated(market):
    market.fault("key_busy", shops=[market.name], operations=["mutation"], limit=1)
    with pytest.raises(TransientError) as caught:
        push(market, targets(market, 5))
    assert caught.value.code == "IDEMPOTENCY_CONCURRENT_REQUEST"
    assert set(statuses(push(market, targets(market, 5)))) == {PushStatus.DONE}


def test_a_key_with_other_rows_is_a_defect(market):
    push(market, targets(market, 5))
    with pytest.raises(ProtocolError) as caught:
        push(market, targets(market, 6))
    assert caught.value.code == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("throttled", RateLimited),
        ("http_503", TransientError),
        ("not_json_after", TransientError),
        ("internal_error", TransientError),
    ],
)
def test_faults_of_the_call(market, fault, error):
    market.fault(fault, shops=[market.name], operations=["inventorySetQuantities"])
    with pytest.raises(error):
        push(market, targets(market, 5))


def test_a_missing_scope_is_for_the_administrator(market):
    actions.set_scopes(market.simulator, market.shop, "read_inventory")
    with pytest.raises(ConfigError):
        push(market, targets(market, 5))


def refusal(market, code, field):
    """The next push is refused as a whole with this code."""
    field = "null" if field is None else field
    market.fault(
        "rewrite",
        shops=[market.name],
        operations=["inventorySetQuantities"],
        find=r'"userErrors":\s*\[\]',
        replace=(
            f'"userErrors": [{{"code": "{code}", "field": {field}, "message": "x"}}]'
        ),
        limit=1,
    )


@pytest.mark.parametrize("code", ["SERVICE_UNAVAILABLE", "ADJUST_QUANTITIES_FAILED"])
def test_codes_that_mean_later(market, code):
    refusal(market, code, None)
    with pytest.raises(TransientError):
        push(market, targets(market, 5))


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("INVALID_REASON", '["input", "reason"]'),
        ("UNHEARD_OF", None),
        ("INVALID_QUANTITY_NEGATIVE", '["input", "quantities", "999", "quantity"]'),
    ],
)
def test_a_refusal_that_names_no_row_is_a_defect(market, code, field):
    refusal(market, code, field)
    with pytest.raises(ProtocolError) as caught:
        push(market, targets(market, 5))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("ITEM_NOT_STOCKED_AT_LOCATION", "Activate the item"),
        ("NON_MUTABLE_INVENTORY_ITEM", "components"),
        ("UNHEARD_OF", "x"),
    ],
)
def test_a_refused_row_says_what_to_do(market, code, hint):
    wanted = targets(market, 5)
    refusal(market, code, '["input", "quantities", "1", "quantity"]')
    result = push(market, wanted)[wanted[1].key]
    assert (result.status, result.code) == (PushStatus.REJECTED, code)
    assert hint in result.message


# --- reading --------------------------------------------------------------------------


def test_levels_of_several_places(market):
    outlet = market.locations["Outlet"]
    variant = market.shop.all("ProductVariant")[0]
    item = number(variant["inventoryItem"])
    actions.set_stock(market.simulator, market.shop, variant["id"], -2, "Outlet")
    calls = []
    pairs = tuple(market.stock())
    levels = {
        (one.listing, one.location): one.available
        for one in market.adapter(calls).stock_levels(pairs)
    }
    assert levels == market.stock()
    assert levels[item, outlet] == -2  # reading may well give a negative quantity
    assert [call.operation for call in calls].count("StockLevels") == 2


def test_what_is_not_stocked_or_gone_has_no_level(market):
    item = number(market.shop.all("ProductVariant")[0]["inventoryItem"])
    pairs = ((item, market.locations["Outlet"]), ("999", market.locations["Main"]))
    assert not list(market.adapter().stock_levels(pairs))


def test_nothing_asked_nothing_called(market):
    calls = []
    assert not list(market.adapter(calls).stock_levels(()))
    assert not calls


def test_dear_queries_are_divided(market):
    market.fault(
        "rewrite",
        shops=[market.name],
        operations=["nodes"],
        find=r"(?s)^.*$",
        replace='{"errors": [{"extensions": {"code": "MAX_COST_EXCEEDED"}}]}',
        limit=2,
    )
    pairs = tuple(market.stock())
    assert len(list(market.adapter().stock_levels(pairs))) == len(pairs)


def test_600_levels_by_three_calls(shopify):
    simulator, url = shopify
    large = ShopifyMarket(simulator, url, name="large-stock", products=600)
    calls = []
    levels = list(large.adapter(calls).stock_levels(tuple(large.stock())))
    assert len(levels) == 600
    assert [call.operation for call in calls].count("StockLevels") == 3
