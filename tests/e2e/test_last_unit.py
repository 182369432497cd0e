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
    # both customers pay in this second; how long the simulator takes does not matter
    order = {**ORDER, "processed_at": control.get("status")["now"]}
    with ThreadPoolExecutor(len(SHOPS)) as pool:
        list(pool.map(lambda shop: control.place(shop, order), SHOPS))
    quiet.wait_quiet(hub, also=lambda: control.get("status")["deliveries_pending"] > 0)
    return SimpleNamespace(hub=hub, control=control, channels=channels, before=before)


def test_both_showed_it(sold):
    assert sold.before == [{"LAST": 1}] * 2


def test_both_sold_it_within_the_same_second(sold):
    (first, second) = sold.hub.sql("SELECT ordered_at FROM channel_order")
    assert first == second


def test_one_issue_names_the_later_order(sold):
    issues = sold.hub.sql("SELECT kind, order_id FROM channel_issue")
    (later_id,), *_earlier = sold.hub.sql(
        "SELECT id FROM channel_order ORDER BY ordered_at DESC, id DESC"
    )
    assert issues == [("oversell", later_id)]
    assert sold.hub.sql("SELECT state, count FROM channel_issue") == [("open", 1)]


def test_it_was_made_by_the_job_that_confirmed_an_order(sold):
    """Rows are dated with the begin of their transaction, to the microsecond, and
    moves of stock are made by confirmation."""
    ((found_at,),) = sold.hub.sql("SELECT create_date FROM channel_issue")
    confirmed = sold.hub.sql(
        "SELECT channel_order.id, move.create_date FROM stock_move move"
        "  JOIN sale_order_line line ON line.id = move.sale_line_id"
        "  JOIN sale_order sale ON sale.id = line.order_id"
        "  JOIN channel_order ON channel_order.id = sale.channel_order_id"
    )
    assert len(confirmed) == len(SHOPS)
    assert found_at in {moment for _order, moment in confirmed}


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
