"""The catalogue: by pages when small, by a bulk operation when large."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from odoo.addons.channel_base.adapter.canonical import ListingState
from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    ProtocolError,
    TransientError,
)
from odoo.addons.channel_shopify.adapter import catalog
from odoo.addons.channel_shopify.adapter.documents import document

from tests.simulators.shopify import actions, bulk

from .shopify_market import number


def run(market, position=None, calls=None, **options):
    """All pages, asking again as told; the test does not sleep while it waits."""
    pages = []
    for _turn in range(200):
        adapter = market.adapter(calls, **options)
        step = list(adapter.listings(position))
        pages += step
        position = step[-1].position
        if position is None:
            return pages
        assert step[-1].wait > 0
        market.bulk_turn()
    raise AssertionError("the catalogue never ended")


@pytest.fixture
def market(market, monkeypatch):
    """``bulk_turn`` waits until the simulator has done its part of an operation."""
    market.shop.settings["bulk_seconds"] = 0
    done, work = threading.Semaphore(0), bulk._work

    def told(*arguments):
        work(*arguments)
        done.release()

    monkeypatch.setattr(bulk, "_work", told)
    market.bulk_turn = lambda: done.acquire(timeout=5)
    return market


def skus(pages):
    return sorted(listing.sku for page in pages for listing in page.listings)


def all_skus(market):
    return sorted(one["sku"] or "" for one in market.shop.all("ProductVariant"))


def operations(calls):
    return [call.operation for call in calls]


# --- pages ----------------------------------------------------------------------------


def test_a_small_catalogue_comes_by_pages(market):
    actions.load_catalogue(market.simulator, market.shop, products=230, prefix="P")
    calls = []
    pages = run(market, calls=calls)
    assert skus(pages) == all_skus(market)
    assert [len(page.listings) for page in pages] == [100, 100, 35]
    assert operations(calls) == ["AccessToken", "VariantCount", *["Variants"] * 3]


def test_pages_go_on_where_they_were_interrupted(market):
    actions.load_catalogue(market.simulator, market.shop, products=230, prefix="P")
    first = next(iter(market.adapter().listings()))
    rest = run(market, first.position)
    assert skus([first, *rest]) == all_skus(market)


def test_an_empty_catalogue_is_one_empty_page(market):
    for product in market.shop.all("Product"):
        actions.delete_product(market.simulator, market.shop, id=product["id"])
    (page,) = run(market)
    assert (page.listings, page.position) == ((), None)


def test_a_listing_is_a_variant(market):
    (made,) = actions.add_product(
        market.simulator,
        market.shop,
        title="Tee",
        status="DRAFT",
        variants=[{"sku": "TEE", "price": "24.90", "barcode": "4000000000017"}],
    )["variants"]
    listings = {one.sku: one for page in run(market) for one in page.listings}
    tee = listings["TEE"]
    assert tee.external_id == number(made["id"])
    assert tee.stock_key == number(made["item"])
    assert tee.product == number(made["product"])
    assert (tee.title, tee.barcode) == ("Tee", "4000000000017")
    assert tee.state is ListingState.DRAFT
    assert str(tee.price.amount) == "24.90"
    assert tee.price.currency == "EUR"
    assert tee.tracked


# --- bulk -----------------------------------------------------------------------------


def test_a_large_catalogue_comes_by_a_bulk_operation(market):
    actions.load_catalogue(market.simulator, market.shop, products=1200, prefix="P")
    calls = []
    pages = run(market, calls=calls)
    assert skus(pages) == all_skus(market)
    assert "Variants" not in operations(calls)
    assert operations(calls).count("BulkStart") == 1
    assert max(len(page.listings) for page in pages) == 500


def test_bulk_and_pages_give_the_same(market):
    bulk = {one for page in run(market, bulk_from="1") for one in page.listings}
    assert bulk == {one for page in run(market) for one in page.listings}
    assert len(bulk) == 5


def test_a_bulk_result_goes_on_where_it_was_interrupted(market):
    actions.load_catalogue(market.simulator, market.shop, products=1200, prefix="P")
    (started,) = market.adapter().listings()
    market.bulk_turn()
    first = next(iter(market.adapter().listings(started.position)))
    calls = []
    rest = run(market, first.position, calls)
    assert skus([first, *rest]) == all_skus(market)
    assert "BulkStart" not in operations(calls)


def test_an_operation_that_runs_is_waited_for(market):
    market.shop.settings["bulk_fault"] = "stuck"
    (started,) = market.adapter(bulk_from="1").listings()
    (again,) = market.adapter().listings(started.position)
    assert (again.position, again.listings) == (started.position, ())
    assert again.wait > 0


def test_an_interrupted_start_is_taken_over(market):
    market.shop.settings["bulk_fault"] = "stuck"
    (first,) = market.adapter(bulk_from="1").listings()
    market.bulk_turn()
    (second,) = market.adapter(bulk_from="1").listings()
    assert first.position == second.position
    assert len(market.shop.all("BulkOperation")) == 1


def test_too_many_operations_are_waited_for(market):
    market.shop.settings["bulk_fault"] = "stuck"
    for number_ in range(5):
        query = f"query Other{number_} {{ products {{ edges {{ node {{ id }} }} }} }}"
        market.adapter().client.mutate("bulk_start", query=query)
    (busy,) = market.adapter(bulk_from="1").listings()
    assert busy.wait > 0
    for node in market.shop.all("BulkOperation"):
        node["status"] = "CANCELED"
    market.shop.settings["bulk_fault"] = None
    assert skus(run(market, busy.position)) == all_skus(market)


def test_a_failed_operation_is_replaced_by_pages(market):
    market.shop.settings["bulk_fault"] = "failed"
    assert skus(run(market, bulk_from="1")) == all_skus(market)


def test_an_operation_that_found_nothing_is_not_believed(market):
    """All that is not seen would be gone."""
    (started,) = market.adapter(bulk_from="1").listings()
    market.bulk_turn()
    market.fault(
        "rewrite",
        shops=[market.name],
        operations=["bulkOperation"],
        find=r'"url":\s*"[^"]*"',
        replace='"url": null',
    )
    assert skus(run(market, started.position)) == all_skus(market)


@pytest.mark.parametrize("status", ["EXPIRED", "CANCELED"])
def test_an_operation_that_ended_otherwise_is_replaced_by_pages(market, status):
    (started,) = market.adapter(bulk_from="1").listings()
    market.bulk_turn()
    market.shop.all("BulkOperation")[0]["status"] = status
    assert skus(run(market, started.position)) == all_skus(market)


def test_an_operation_that_is_forgotten_is_replaced_by_pages(market):
    assert skus(run(market, "bulk:999:3")) == all_skus(market)


@pytest.mark.parametrize("fault", ["failed", "forgotten"])
def test_pages_are_no_way_for_what_they_do_not_hold(market, monkeypatch, fault):
    """A connection ends after 25,000 objects: all others would be gone."""
    monkeypatch.setattr(catalog, "PAGES_MOST", 4)
    now = datetime.now(UTC)
    market.shop.settings["bulk_fault"] = "failed"
    (started,) = market.adapter().listings()
    assert started.position.startswith("bulk:"), "whatever bulk_from says"
    market.bulk_turn()
    market.shop.settings["bulk_fault"] = None
    position = started.position
    if fault == "forgotten":
        position = "bulk:999:3"
    else:
        with pytest.raises(ProtocolError, match="5 variants") as caught:
            list(market.adapter().listings(position))
        assert caught.value.code == "FAILED"
    later = market.adapter(clock=lambda: now + timedelta(hours=2))
    (again,) = later.listings(position)
    market.bulk_turn()
    assert again.position.startswith("bulk:")
    assert again.position != started.position
    assert skus(run(market, again.position)) == all_skus(market)


def test_more_variants_are_counted_than_shopify_counts_by_itself(market):
    """``productVariantsCount`` stops at 10,000 when it is not told otherwise."""
    assert "limit: null" in document("variant_count").text


def test_an_empty_result(market):
    for product in market.shop.all("Product"):
        actions.delete_product(market.simulator, market.shop, id=product["id"])
    assert skus(run(market, bulk_from="-1")) == []


def test_a_missing_scope_is_for_the_administrator(market):
    (started,) = market.adapter(bulk_from="1").listings()
    market.bulk_turn()
    node = market.shop.all("BulkOperation")[0]
    node.update(status="FAILED", errorCode="ACCESS_DENIED")
    with pytest.raises(ConfigError, match="read_products"):
        list(market.adapter().listings(started.position))
    later = datetime.now(UTC) + timedelta(minutes=2)
    (again,) = market.adapter(clock=lambda: later).listings(started.position)
    assert again.position.startswith("bulk:"), "the scope may have been granted"
    assert again.position != started.position


def test_a_broken_download_is_transient_and_repeated(market):
    actions.load_catalogue(market.simulator, market.shop, products=1200, prefix="P")
    (started,) = market.adapter().listings()
    market.bulk_turn()
    market.fault(
        "lost_answer", shops=[market.name], operations=["bulk_download"], limit=1
    )
    read = []
    with pytest.raises(TransientError):
        read.extend(page for page in market.adapter().listings(started.position))
    pages = iter(market.adapter().listings(started.position))
    assert skus([*pages]) == all_skus(market)


def test_an_unknown_state_is_an_error(market):
    (started,) = market.adapter(bulk_from="1").listings()
    market.bulk_turn()
    market.fault(
        "rewrite",
        shops=[market.name],
        operations=["bulkOperation", "shop"],
        find="COMPLETED",
        replace="DREAMING",
    )
    with pytest.raises(ProtocolError, match="DREAMING"):
        list(market.adapter().listings(started.position))


# --- single products ------------------------------------------------------------------


def test_some_products_with_all_their_variants(market):
    actions.load_catalogue(
        market.simulator, market.shop, products=2, variants_each=130, prefix="V"
    )
    products = [number(one["id"]) for one in market.shop.all("Product")]
    calls = []
    found = list(market.adapter(calls).read_listings((*products, "999", products[0])))
    assert sorted(one.sku for one in found) == all_skus(market)
    assert operations(calls).count("ProductVariants") == 1


def test_a_deleted_product_has_no_listing(market):
    product = market.shop.all("Product")[0]
    actions.delete_product(market.simulator, market.shop, id=product["id"])
    assert not list(market.adapter().read_listings((number(product["id"]),)))


def test_locations(market):
    actions.add_location(market.simulator, market.shop, name="Closed", active=False)
    found = {one.name: one for one in market.adapter().locations()}
    assert set(found) == {"Main", "Outlet", "Closed"}
    assert found["Main"].active
    assert not found["Closed"].active
    assert found["Main"].external_id == market.locations["Main"]
