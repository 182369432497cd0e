"""Orders a minute through the whole hub, 1,000 SKUs pushed, memory of the workers."""

import time

from hub.process import wait_until
from tests.harness import channel, compare, quiet, stack, world as worlds
from tests.simulators.generator import World
from tests.simulators.generator.world import Product

from . import shops
from .table import Row, median

SHOP = "bench"
ORDERS, SKUS, CUSTOMERS = 200, 1000, 50
ROUNDS = 3
PEER = 158  # orders a minute of the strongest peer on the same load
WORLD = World(
    products=tuple(
        Product(sku=f"SKU-{number:04d}", title=f"Product {number}", price="10.00")
        for number in range(SKUS)
    ),
    regimes=(),
    stock=10_000,
)
CUSTOMERS_KNOWN = """
env["res.partner"].create([
    {{"name": f"Customer {{n}}", "email": f"known{{n}}@example.com",
      "street": "Main street 1", "city": "Berlin", "zip": "10115",
      "country_id": env.ref("base.de").id}}
    for n in range({count})
])
env.cr.commit()
"""
RECEIVE = """
quants = env["stock.quant"].with_context(inventory_mode=True).search(
    [("location_id.usage", "=", "internal")])
for quant in quants:
    quant.inventory_quantity = quant.quantity + 3
quants.action_apply_inventory()
env.cr.commit()
"""


def run(machine, options):
    """Rows of the throughput benchmark.

    :param machine: what ``context.ready()`` gives.
    """
    rounds = 1 if options.quick else ROUNDS
    with shops.simulator() as control, stack.running(machine, "bench_orders") as hub:
        shop = worlds.open_shop(control, SHOP, WORLD)
        worlds.prepare_odoo(hub, WORLD)
        hub.shell(CUSTOMERS_KNOWN.format(count=CUSTOMERS))
        channel.connect(hub, shop, stock_fuse=0)
        settle(hub, control)
        place(control, 10)
        settle(hub, control)  # gateways, journals and caches are there from now on
        measured = [measure(hub, control) for _round in range(rounds)]
        pushed = push(hub, control)
        peak = max(memory(hub))
    speed = median([one["speed"] for one in measured])
    jobs = median([one["jobs"] for one in measured]) / ORDERS
    calls = median([one["calls"] for one in measured]) / ORDERS
    return [
        Row(
            f"orders a minute ({ORDERS} paid orders of 2 lines)",
            f"{speed:.0f}",
            f"{3 * PEER} (3 x {PEER})",
            speed >= 3 * PEER,
        ),
        Row("API calls an order", f"{calls:.2f}"),
        Row("jobs an order", f"{jobs:.2f}"),
        Row(
            f"calls that push {SKUS} SKUs",
            str(pushed["calls"]),
            "4",
            pushed["calls"] <= 4,
        ),
        Row("seconds from the receipt's commit to the last answer", pushed["seconds"]),
        Row("worker memory, largest peak", f"{peak / 2**20:.0f} MiB"),
    ]


def spec(number):
    """A paid order of a known customer: two lines, no tax."""
    person = number % CUSTOMERS
    address = {
        "first_name": "Customer",
        "last_name": str(person),
        "address1": "Main street 1",
        "city": "Berlin",
        "zip": "10115",
        "country_code": "DE",
    }
    lines = [
        {"variant": f"SKU-{(2 * number + line) % SKUS:04d}", "quantity": 1 + line}
        for line in range(2)
    ]
    return {
        "lines": lines,
        "payment": "paid",
        "gateway": "shopify_payments",
        "customer": {"email": f"known{person}@example.com", "addresses": [address]},
        "billing_address": address,
        "shipping_address": address,
    }


def place(control, count):
    control.post(f"shops/{SHOP}/orders", [spec(number) for number in range(count)])


def settle(hub, control):
    def delivering():
        return control.get("status")["deliveries_pending"] > 0

    quiet.wait_quiet(hub, still=2, seconds=600, also=delivering)


def measure(hub, control):
    """One round: from the first webhook to the last order that is paid."""
    before = done(hub)
    jobs = count_jobs(hub)
    control.post("log/reset")
    started = time.monotonic()
    place(control, ORDERS)
    reached = wait_until(lambda: done(hub) == before + ORDERS, seconds=600, every=0.25)
    seconds = time.monotonic() - started
    if not reached:
        raise RuntimeError(f"{done(hub) - before} of {ORDERS} orders after {seconds} s")
    settle(hub, control)
    return {
        "speed": 60 * ORDERS / seconds,
        "jobs": count_jobs(hub) - jobs,
        "calls": sum(control.get("log", last=1)["counts"].values()),
    }


def done(hub):
    """Orders that are confirmed, invoiced and paid."""
    query = "SELECT count(*)::int FROM channel_order WHERE accounting_state = 'done'"
    return hub.sql(query)[0][0]


def count_jobs(hub):
    return hub.sql("SELECT count(*)::int FROM queue_job")[0][0]


def push(hub, control):
    """Change the stock of all SKUs at once."""
    control.post("log/reset")
    hub.shell(RECEIVE)
    started = time.monotonic()
    settle(hub, control)
    seconds = time.monotonic() - started - 2
    should = compare.available(hub, hub.sql("SELECT id FROM channel_channel")[0][0])
    if compare.shown(control, SHOP) != should:
        raise RuntimeError("the shop does not show what the formula says")
    counts = control.get("log", last=1)["counts"]
    return {
        "calls": counts.get("inventorySetQuantities", 0),
        "seconds": f"{seconds:.1f} s",
    }


def memory(hub):
    """Peak resident memory of each HTTP worker, in bytes."""
    for pid in hub.pids()["http"]:
        with open(f"/proc/{pid}/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        yield int(line.split()[1]) * 1024
