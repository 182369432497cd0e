"""The whole loop under faults: 120 mixed orders in, documents, quantities and shipments
out, with a tenth of all calls failing and a process killed at every crash point.
"""

import os
import time

import pytest

from tests.harness import channel, compare, crash, quiet, shipping, world as worlds
from tests.harness.log import ServerLog
from tests.harness.medic import Medic
from tests.harness.person import insist
from tests.simulators.generator import World, generate_orders, manifest

ORDERS = int(os.environ.get("HUB_ORDERS", "120"))
SHOP = "cash"
FAULT_RATE = 0.10
HANG_SECONDS = 3  # of calls that hang; the client's own limit is longer
# where a call is cut off on the marketplace's side: the caller is killed
SIMULATOR_POINTS = (
    ("nodes", "after_answer", 0),
    ("inventorySetQuantities", "before_effect", 0),
    ("inventorySetQuantities", "after_effect", 1),
    ("fulfillmentCreate", "after_effect", 0),
)
ROW_FAULTS = dict.fromkeys(("stale_rows", "key_busy"), "inventorySetQuantities")
ADJUSTED = ("TEE-S", "MUG-01", "SOAP")  # products whose stock is counted meanwhile


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
    killers = [
        control.arm(operation, point, skip=skip, shop=SHOP)
        for operation, point, skip in SIMULATOR_POINTS
    ]

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
        adjust(hub, +7)
        wait("orders")
        story.first = compare.Books(hub, channel_id)
        strike_all(control)
        adjust(hub, -3)
        for order, row in zip(orders, story.rows, strict=True):
            for action, options in order.later:
                control.order(SHOP, row["name"], action, **options)
        wait("changes")
        story.after = compare.Books(hub, channel_id)
        plain = [row["id"] for row in story.rows if not final(row)["issues"]]
        story.shipped = shipping.ship_all(hub, plain, seed)
        wait("shipments")
        story.medic = medic
    story.faults = control.get("faults")["faults"]
    story.killers = [control.get(f"crash/{one}") for one in killers]
    story.log = ServerLog(hub.log)
    print(
        story.seconds, f"sweeps: {medic.sweeps}", control.get("log", last=1)["outcomes"]
    )
    return story


def strike_all(control):
    """Let every kind of fault that chance has spared strike once."""
    rules = control.get("faults")["faults"]
    for rule in rules:
        if not rule["hits"]:
            where = ROW_FAULTS.get(rule["fault"], "*")
            control.fault(
                fault=rule["fault"],
                limit=1,
                operations=[where],
                shops=[SHOP],
                seconds=HANG_SECONDS,
            )


def adjust(hub, units):
    """Count some products anew: quantities that only Odoo knows, so they are pushed."""
    for sku in ADJUSTED:
        count_anew(hub, sku, units)


def count_anew(hub, sku, units):
    quant_id, before = on_hand(hub, sku)
    values = {"inventory_quantity": before + units}
    hub.call("stock.quant", "write", [quant_id], values)
    insist(
        lambda: hub.call("stock.quant", "action_apply_inventory", [quant_id]),
        lambda: on_hand(hub, sku)[1] == before + units,
    )


def on_hand(hub, sku):
    """Id and units of a product's stock in the warehouse."""
    (found,) = hub.sql(
        "SELECT quant.id, quant.quantity::int FROM stock_quant quant"
        "  JOIN product_product product ON product.id = quant.product_id"
        "  JOIN stock_location location ON location.id = quant.location_id"
        " WHERE product.default_code = %s AND location.usage = 'internal'",
        (sku,),
    )
    return found


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


def test_every_kind_of_fault_struck(story):
    hits = {}
    for rule in story.faults:
        hits[rule["fault"]] = hits.get(rule["fault"], 0) + rule["hits"]
    assert all(hits.values()), hits


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
        counted = World().stock + (7 - 3 if sku in ADJUSTED else 0)
        assert shown[sku] == counted - sold, sku


def test_shipments_are_confirmed_once(story):
    orders = story.control.state(SHOP)["orders"]
    left = compare.left(story.hub, story.channel_id)
    wrong = []
    for row in story.rows:
        order = orders[row["name"]]
        there = {}
        for line in order["lines"]:
            if line["sku"] in STORED and line["fulfilled"]:
                there[line["sku"]] = there.get(line["sku"], 0) + line["fulfilled"]
        here = {sku: n for sku, n in left.get(row["id"], {}).items() if sku in STORED}
        numbers = [
            one["number"] for f in order["fulfillments"] for one in f["tracking"]
        ]
        if there != here or len(numbers) != len(set(numbers)):
            wrong.append(f"{row['name']}: {there} at the shop, {here} here, {numbers}")
    assert story.shipped
    assert not wrong, "\n".join(wrong)


@pytest.mark.xfail(
    reason="known: one or two repeats among about ninety jobs are over the bound",
    strict=False,
)
def test_few_transactions_had_to_be_repeated(story):
    (jobs,) = story.hub.sql("SELECT count(*) FROM queue_job")[0]
    failures = story.log.serialization_failures()
    print(f"{failures} serialization failures, {story.log.postponed()} times put off")
    assert failures < jobs / 100


def test_no_job_failed_and_no_traceback_was_logged(story):
    assert not quiet.failed_jobs(story.hub)
    assert not story.log.errors()
