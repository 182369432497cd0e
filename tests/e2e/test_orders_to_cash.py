"""The whole loop under faults: 120 mixed orders in, documents, quantities and shipments
out, with a tenth of all calls failing and a process killed at every crash point.
"""

import time

import pytest

from tests.harness import channel, compare, crash, quiet, shipping, world as worlds
from tests.harness.log import ServerLog
from tests.harness.medic import Medic
from tests.simulators.generator import World, generate_orders, manifest

ORDERS = 120
SHOP = "cash"
FAULT_RATE = 0.10
HANG_SECONDS = 3  # of calls that hang; the client's own limit is longer
# where a call is cut off on the marketplace's side: the caller is killed
SIMULATOR_POINTS = (
    ("nodes", "after_answer"),
    ("inventorySetQuantities", "before_effect"),
    ("inventorySetQuantities", "after_effect"),
    ("fulfillmentCreate", "after_effect"),
)


class Story:
    """What happened, and what the tests look at."""

    def __init__(self, hub, control, channel_id, rows):
        self.hub, self.control = hub, control
        self.channel_id, self.rows = channel_id, rows
        self.seconds = {}


def place(control, orders, per_second=10):
    """Place orders as they come in on a busy day."""
    placed = []
    for number, order in enumerate(orders):
        placed += control.place(SHOP, order.spec)
        for action, options in order.at_once:
            control.order(SHOP, placed[-1]["name"], action, **options)
        if number % per_second == per_second - 1:
            time.sleep(1)
    return placed


@pytest.fixture(scope="module")
def story(hub, simulator, seed):
    world, control = World(), simulator.control
    shop = worlds.open_shop(control, SHOP, world)
    worlds.prepare_odoo(hub, world)
    channel_id = channel.connect(hub, shop)
    quiet.wait_quiet(hub, also=lambda: busy(control))
    control.post("log/reset")
    control.fault(mix=FAULT_RATE, seed=seed, seconds=HANG_SECONDS, shops=[SHOP])
    control.post("webhooks", duplicate=3, shuffle=3.0, bad_signature=0.05, seed=seed)
    hub.crash.arm(*crash.POINTS)
    killers = [control.arm(name, point, shop=SHOP) for name, point in SIMULATOR_POINTS]

    def killed():
        return sum(bool(control.get(f"crash/{one}")["killed"]) for one in killers)

    orders = generate_orders(seed, ORDERS, world)
    with Medic(hub, killed) as medic:

        def wait(name):
            story.seconds[name] = quiet.wait_quiet(
                hub, also=lambda: busy(control) or medic.busy()
            )

        story = Story(hub, control, channel_id, [])
        story.rows = manifest(orders, place(control, orders))
        wait("orders")
        story.first = compare.Books(hub, channel_id)
        for order, row in zip(orders, story.rows, strict=True):
            for action, options in order.later:
                control.order(SHOP, row["name"], action, **options)
        wait("changes")
        story.after = compare.Books(hub, channel_id)
        plain = [row["id"] for row in story.rows if not final(row)["issues"]]
        story.shipped = shipping.ship_all(hub, plain, seed)
        wait("shipments")
        story.medic = medic
    story.killers = [control.get(f"crash/{one}") for one in killers]
    story.log = ServerLog(hub.log)
    print(
        story.seconds, f"sweeps: {medic.sweeps}", control.get("log", last=1)["outcomes"]
    )
    return story


def busy(control):
    return control.get("status")["deliveries_pending"] > 0


def first(row):
    return row["expected"]


def final(row):
    return row["after"] or row["expected"]


STORED = {one.sku for one in World().shippable()}


def test_every_crash_point_killed_a_process(story):
    assert not story.hub.crash.armed()
    assert all(one["killed"] for one in story.killers), story.killers


def test_every_order_is_here_once(story):
    (count,) = story.hub.sql(
        "SELECT count(*) FROM channel_order WHERE channel_id = %s", (story.channel_id,)
    )[0]
    assert count == ORDERS
    assert set(story.first.orders) == {row["id"] for row in story.rows}


def test_documents_are_those_of_the_manifest(story):
    wrong = [
        sentence
        for row in story.rows
        for sentence in story.first.differences(row, first(row), STORED)
    ]
    assert not wrong, "\n".join(wrong)


def test_later_changes_are_followed(story):
    wrong = [
        sentence
        for row in story.rows
        for sentence in story.after.differences(row, final(row), STORED)
    ]
    assert not wrong, "\n".join(wrong)


def test_issues_are_those_of_the_manifest(story):
    assert story.first.issues == compare.expected_issues(story.rows, first)
    assert story.after.issues == compare.expected_issues(story.rows, final)
    last = compare.Books(story.hub, story.channel_id)
    assert last.issues == compare.expected_issues(story.rows, final)


def test_the_shop_shows_what_the_formula_says(story):
    should = compare.available(story.hub, story.channel_id)
    shown = compare.shown(story.control, SHOP)
    assert {sku: shown[sku] for sku in should} == should


def test_the_shop_shows_what_the_manifest_says(story):
    changed = {
        sku
        for row in story.rows
        if row["scenario"].startswith(("refunded", "edited"))
        for sku in first(row)["quantities"]
    }
    shown = compare.shown(story.control, SHOP)
    for sku in STORED - changed:
        sold = sum(final(row)["quantities"].get(sku, 0) for row in story.rows)
        assert shown[sku] == World().stock - sold, sku


def test_shipments_are_confirmed_once(story):
    orders = story.control.state(SHOP)["orders"]
    wrong = []
    for row in story.rows:
        order = orders[row["name"]]
        sent = {}
        for fulfilment in order["fulfillments"]:
            for sku, units in fulfilment["quantities"].items():
                sent[sku] = sent.get(sku, 0) + units
        left = dict(
            story.hub.sql(
                "SELECT product.default_code, sum(move.product_qty)::int"
                "  FROM stock_move move"
                "  JOIN sale_order_line line ON line.id = move.sale_line_id"
                "  JOIN sale_order sale ON sale.id = line.order_id"
                "  JOIN channel_order ON channel_order.id = sale.channel_order_id"
                "  JOIN product_product product ON product.id = move.product_id"
                " WHERE channel_order.channel_id = %s AND channel_order.external_id = %s"
                "   AND move.state = 'done' GROUP BY 1",
                (story.channel_id, row["id"]),
            )
        )
        numbers = [
            one["number"] for f in order["fulfillments"] for one in f["tracking"]
        ]
        if sent != left or len(numbers) != len(set(numbers)):
            wrong.append(f"{row['name']}: {sent} at the shop, {left} here, {numbers}")
    assert story.shipped
    assert not wrong, "\n".join(wrong)


def test_few_transactions_had_to_be_repeated(story):
    (jobs,) = story.hub.sql("SELECT count(*) FROM queue_job")[0]
    failures = story.log.serialization_failures()
    print(f"{failures} serialization failures in {jobs} jobs")
    assert failures < jobs / 100


def test_no_job_failed_and_no_traceback_was_logged(story):
    failed = story.hub.sql(
        "SELECT method_name, exc_name, exc_message FROM queue_job WHERE state = 'failed'"
    )
    assert not failed
    assert not story.log.errors()
