"""Two channels sell the last unit within the same second."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from tests.harness import channel, compare, quiet, world as worlds
from tests.simulators.generator import World
from tests.simulators.generator.world import Product

SHOPS = ("last-a", "last-b")
LAST = World(
    products=(Product(sku="LAST", title="The last one", price="10.00"),), stock=1
)
ORDER = {"lines": [{"variant": "LAST", "quantity": 1}], "payment": "paid"}


@pytest.fixture(scope="module")
def sold(hub, simulator):
    """Both shops show the last unit and sell it; all work is done."""
    control = simulator.control
    worlds.prepare_odoo(hub, LAST)
    channels = {}
    for shop in SHOPS:
        made = worlds.open_shop(control, shop, LAST)
        channels[shop] = channel.connect(hub, made, stock_fuse=0)
    quiet.wait_quiet(hub)
    before = [compare.shown(control, shop) for shop in SHOPS]
    with ThreadPoolExecutor(len(SHOPS)) as pool:
        list(pool.map(lambda shop: control.place(shop, ORDER), SHOPS))
    quiet.wait_quiet(hub, also=lambda: control.get("status")["deliveries_pending"] > 0)
    return SimpleNamespace(hub=hub, control=control, channels=channels, before=before)


def test_both_showed_it(sold):
    assert sold.before == [{"LAST": 1}] * 2


def test_one_issue_names_the_later_order(sold):
    issues = sold.hub.sql(
        "SELECT kind, order_id, create_date FROM channel_issue WHERE state = 'open'"
    )
    (later_id, confirmed_at), *_earlier = sold.hub.sql(
        "SELECT id, confirmed_at FROM channel_order ORDER BY ordered_at DESC, id DESC"
    )
    ((kind, order_id, found_at),) = issues
    assert (kind, order_id) == ("oversell", later_id)
    # both moments are those of the job that confirmed it
    assert abs((found_at - confirmed_at).total_seconds()) < 10
    assert sold.hub.sql("SELECT sum(count)::int FROM channel_issue") == [(1,)]


def test_both_orders_are_kept(sold):
    states = sold.hub.sql(
        "SELECT channel_order.state, sale.state FROM channel_order"
        " JOIN sale_order sale ON sale.id = channel_order.sale_order_id"
    )
    assert states == [("imported", "sale")] * 2


def test_both_shops_show_nothing_more(sold):
    assert [compare.shown(sold.control, shop) for shop in SHOPS] == [{"LAST": 0}] * 2
    levels = sold.hub.sql("SELECT target, expected, dirty FROM channel_listing_level")
    assert levels == [(0, 0, False)] * 2


def test_both_shops_confirm_it(sold):
    """Own sales need no call; asked, both say 0, and nothing is set anew."""
    written = "SELECT count(*) FROM channel_push_batch WHERE verb = 'write'"
    before = sold.hub.sql(written)
    for channel_id in sold.channels.values():
        sold.hub.call("channel.channel", "action_check_drift", [channel_id])
    quiet.wait_quiet(sold.hub)
    levels = sold.hub.sql("SELECT confirmed, target FROM channel_listing_level")
    assert levels == [(0, 0)] * 2
    assert sold.hub.sql(written) == before
