"""Prices: set row by row, many products a request, read back, never spoiled by one."""

from decimal import Decimal

import pytest

from odoo.addons.channel_base.adapter.canonical import (
    PriceListKind,
    PriceTarget,
    PushStatus,
)
from odoo.addons.channel_base.adapter.errors import ConfigError, TransientError

from tests.simulators.shopify import actions, dump

from .shopify_market import ShopifyMarket, number


@pytest.fixture
def market(shopify, request):
    simulator, url = shopify
    name = f"prices-{abs(hash(request.node.name))}"
    yield ShopifyMarket(simulator, url, name=name, products=30)
    simulator.faults.clear()


def variants(market):
    return market.shop.all("ProductVariant")


def targets(market, amount="24.90", price_list="", currency="EUR", **values):
    return tuple(
        PriceTarget(
            key=f"{price_list}:{number(one['id'])}",
            listing=number(one["id"]),
            product=number(one["product"]),
            price_list=price_list,
            amount=None if amount is None else Decimal(amount),
            currency=currency,
            **values,
        )
        for one in variants(market)
    )


def push(market, wanted, calls=None):
    answer = market.adapter(calls).push_prices("key-1", tuple(wanted))
    assert answer.ticket == ""
    assert {result.key for result in answer.results} == {one.key for one in wanted}
    return {result.key: result for result in answer.results}


def shown(market, price_list=""):
    """What customers see: {variant: [price, compare-at price]}."""
    found = dump.prices(market.simulator, market.shop)["prices"]
    return [row.get(price_list) for _sku, row in sorted(found.items())]


def made_list(market, currency="EUR", **options):
    made = actions.add_price_list(
        market.simulator, market.shop, "Abroad", currency, **options
    )
    return number(made["id"]), made["id"]


def done(results):
    return {result.status for result in results.values()} == {PushStatus.DONE}


# --- the shop's own prices ------------------------------------------------------------


def test_thirty_products_by_two_requests(market):
    calls = []
    assert done(push(market, targets(market), calls))
    assert [call.operation for call in calls] == [
        "AccessToken",
        "PricesSet",
        "PricesSet",
    ]
    assert shown(market) == [["24.90", None]] * 30


def test_variants_of_a_product_are_one_mutation(market):
    sizes = [str(size) for size in range(60)]
    actions.add_product(
        market.simulator,
        market.shop,
        title="Shoe",
        options=[{"name": "Size", "values": sizes}],
        variants=[
            {"sku": f"SHOE-{size}", "price": "5", "options": {"Size": size}}
            for size in sizes
        ],
    )
    calls = []
    wanted = [one for one in targets(market) if len(variants(market)) == 90][30:]
    assert done(push(market, wanted, calls))
    assert len(calls) == 2
    assert calls[-1].request.count("gid://shopify/Product/") == 1


def test_the_compare_at_price_is_set_kept_and_cleared(market):
    push(market, targets(market, compare_at=Decimal("29.90")))
    assert shown(market)[0] == ["24.90", "29.90"]
    push(market, targets(market, "19.90", keep_compare_at=True))
    assert shown(market)[0] == ["19.90", "29.90"]
    push(market, targets(market, "19.90"))
    assert shown(market)[0] == ["19.90", None]


def test_a_wrong_row_does_not_stop_the_others(market):
    wanted = list(targets(market))
    actions.delete_product(
        market.simulator, market.shop, f"gid://shopify/Product/{wanted[4].product}"
    )
    results = push(market, wanted)
    refused = [one for one in results.values() if one.status is PushStatus.REJECTED]
    assert [one.key for one in refused] == [wanted[4].key]
    assert refused[0].code == "PRODUCT_DOES_NOT_EXIST"
    assert "import the catalogue again" in refused[0].message
    assert shown(market) == [["24.90", None]] * 29


def test_a_listing_without_its_product_is_refused_here(market):
    (one, *_others) = targets(market)
    lost = PriceTarget(
        key="lost", listing=one.listing, currency="EUR", amount=Decimal(1)
    )
    results = push(market, [one, lost])
    assert results["lost"].code == "NO_PRODUCT"
    assert results[one.key].status is PushStatus.DONE


def test_a_lost_answer_is_no_answer_and_prices_are_set_again(market):
    market.fault("lost_answer", operations=["productVariantsBulkUpdate"], limit=1)
    with pytest.raises(TransientError):
        push(market, targets(market))
    assert done(push(market, targets(market)))
    assert shown(market) == [["24.90", None]] * 30


def test_a_missing_right_is_the_administrators(market):
    market.app["scopes"] = ["read_products"]
    with pytest.raises(ConfigError):
        push(market, targets(market))


def test_an_app_that_cannot_write_products_is_told_so(market):
    assert "price" not in market.adapter().connect().missing
    market.app["scopes"].remove("write_products")
    market.app["scopes"].append("read_products")
    assert market.adapter().connect().missing["price"] == ("write_products",)


# --- price lists ----------------------------------------------------------------------


def test_price_lists_are_found_with_who_gets_them(market):
    made_list(market, "USD")
    made_list(market, "EUR", catalog="CompanyLocationCatalog")
    made_list(market, "GBP", catalog=None)
    base, *others = market.adapter().price_lists()
    assert (base.external_id, base.currency, base.kind) == (
        "",
        "EUR",
        PriceListKind.BASE,
    )
    assert base.tax_included
    assert [(one.currency, one.kind) for one in others] == [
        ("USD", PriceListKind.MARKET),
        ("EUR", PriceListKind.COMPANY),
        ("GBP", PriceListKind.OTHER),
    ]
    assert [one.name for one in others] == [
        "Abroad catalog",
        "Abroad catalog",
        "Abroad",
    ]


def test_prices_of_a_list_are_set_and_taken_off(market):
    listed, gid = made_list(market, "USD")
    calls = []
    wanted = targets(market, "31", listed, "USD", compare_at=Decimal(40))
    assert done(push(market, wanted, calls))
    assert len(calls) == 2
    assert shown(market, gid) == [["31.00", "40.00"]] * 30
    off = targets(market, None, listed, "USD")[:10]
    assert done(push(market, off))
    assert done(push(market, off)), "taken off already"
    assert shown(market, gid).count(None) == 10
    assert shown(market) == [["19.90", None]] * 30


def test_a_compare_at_price_of_a_list_that_is_to_stay_is_said_again(market):
    listed, gid = made_list(market, "USD")
    push(market, targets(market, "31", listed, "USD", compare_at=Decimal(40)))
    wanted = targets(market, "30", listed, "USD", keep_compare_at=True)
    assert done(push(market, wanted))
    assert shown(market, gid) == [["30.00", "40.00"]] * 30


def test_a_wrong_row_of_a_list_is_named_and_the_others_are_skipped(market):
    listed, gid = made_list(market, "USD")
    wanted = list(targets(market, "31", listed, "USD"))
    wanted[3] = PriceTarget(
        key="bad",
        listing="1",
        price_list=listed,
        amount=Decimal(5),
        currency="USD",
    )
    results = push(market, wanted)
    assert results.pop("bad").code == "VARIANT_NOT_FOUND"
    assert {one.status for one in results.values()} == {PushStatus.SKIPPED}
    assert shown(market, gid) == [None] * 30


def test_another_currency_is_refused(market):
    listed, _gid = made_list(market, "USD")
    (result,) = push(market, targets(market, "31", listed, "EUR")[:1]).values()
    assert result.code == "PRICE_LIST_CURRENCY_MISMATCH"
    assert "fetch the price lists" in result.message


def test_a_list_that_is_gone_refuses_all(market):
    results = push(market, targets(market, "31", "999", "USD"))
    assert {one.code for one in results.values()} == {"PRICE_LIST_NOT_FOUND"}


# --- reading --------------------------------------------------------------------------


def test_prices_are_read_back(market):
    sku = variants(market)[2]["sku"]
    actions.set_price(market.simulator, market.shop, sku, "7.50", "9.00")
    ids = tuple(number(one["id"]) for one in variants(market))
    read = {one.listing: one for one in market.adapter().read_prices("", ids)}
    assert len(read) == 30
    assert (read[ids[2]].amount, read[ids[2]].compare_at) == (
        Decimal("7.50"),
        Decimal("9.00"),
    )
    assert read[ids[0]].compare_at is None


def test_only_prices_of_their_own_are_read_of_a_list(market):
    listed, _gid = made_list(market, "USD")
    push(market, targets(market, "31", listed, "USD")[:7])
    ids = tuple(number(one["id"]) for one in variants(market))
    read = list(market.adapter().read_prices(listed, ids))
    assert {one.listing for one in read} == set(ids[:7])
    assert {one.amount for one in read} == {Decimal("31.00")}
    assert list(market.adapter().read_prices("999", ids)) == []


def test_prices_of_a_long_list_are_asked_for_by_their_variants(market):
    """However long it is: a connection ends after 25,000 nodes."""
    listed, _gid = made_list(market, "USD")
    push(market, targets(market, "31", listed, "USD"))
    calls = []
    ids = tuple(number(one["id"]) for one in variants(market)[:3])
    read = list(market.adapter(calls).read_prices(listed, ids))
    assert {one.listing for one in read} == set(ids)
    (_token, call) = calls
    assert ids[2] in str(call.request)
