"""How fast a webhook is acknowledged: an open loop beside an empty route of Odoo."""

import json
import uuid

from tests.harness import channel, stack, world as worlds
from tests.simulators.generator import World
from tests.simulators.shopify.delivery import sign

from . import shops
from .open_loop import fire
from .table import Row, median, quantile

RATE = 50  # a second
SECONDS = 20
SHOP = "bench"


def run(machine, options):
    """Rows of the webhook benchmark.

    :param machine: what ``context.ready()`` gives.
    """
    count = RATE * (5 if options.quick else SECONDS)
    rows = []
    with shops.simulator() as control:
        shop = worlds.open_shop(control, SHOP, World())
        for runner, channels in (("off", "root:0"), ("on", None)):
            settings = {"queue_job": {"channels": channels}} if channels else {}
            with stack.running(machine, "bench_webhook", **settings) as hub:
                channel_id = channel.connect(hub, shop)
                address = f"{hub.url}/channel/{channel_id}/webhook"
                empty = f"{hub.url}/bench/empty"
                warm(empty, address, shop)
                plain = fire(empty, bodies(shop, count), RATE)
                ours = fire(address, bodies(shop, count), RATE)
                rows += _rows(plain, ours, runner)
                rows += _stored(hub, count, runner)
    return rows


def warm(empty, address, shop):
    """Let every worker load what it needs."""
    for url in (empty, address):
        fire(url, bodies(shop, 60), 20)


def bodies(shop, count):
    """Signed deliveries of `orders/updated`, all of different events."""
    secret = shop["app"]["client_secret"]
    made = []
    for number in range(count):
        # about what an order of three lines is in Shopify's REST shape
        body = {"id": 5_000_000 + number, "name": f"#{number}", "note": "x" * 6000}
        raw = json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": "orders/updated",
            "X-Shopify-Shop-Domain": shop["domain"],
            "X-Shopify-Event-Id": str(uuid.uuid4()),
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Triggered-At": "2026-11-22T12:00:00.000Z",
            "X-Shopify-Hmac-Sha256": sign(raw, secret),
        }
        made.append((raw, headers))
    return made


def _rows(plain, ours, runner):
    floor, middle = (median([s for s, _status in one]) for one in (plain, ours))
    slow = quantile([s for s, _status in ours], 0.99)
    ratio = middle / floor
    name = f"jobs {runner}"
    return [
        Row(f"empty route, median ({name})", f"{floor * 1000:.1f} ms"),
        Row(f"webhook, median ({name})", f"{middle * 1000:.1f} ms"),
        Row(f"webhook / empty route ({name})", f"{ratio:.2f}", "at most 3", ratio <= 3),
        Row(f"webhook, p99 ({name})", f"{slow * 1000:.0f} ms", "250 ms", slow < 0.25),
    ]


def _stored(hub, count, runner):
    (stored,) = hub.sql("SELECT count(*)::int FROM channel_event")[0]
    share = f"{stored - 60} of {count}"
    return [Row(f"stored ({runner})", share, "all", stored - 60 == count)]
