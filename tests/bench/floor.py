"""Making the documents of 200 orders, beside the same values straight into the ORM."""

import json
import tempfile
from pathlib import Path

from hub.server import Hub
from tests.harness import channel, stack, world as worlds

from . import orders, shops
from .table import Row

FOLDER = Path(__file__).parent / "inside"
JOBS = (FOLDER / "jobs.py").read_text()
FETCH = """
import json
env.cr.rollback()
print(json.dumps(run_jobs(env.registry, ("_job_fetch",))))
"""
REST = """
METHODS = ("_job_import_catalogue", "_job_poll", "_job_fetch", "_job_import",
           "_job_account", "_job_prepare", "_job_send")
env.cr.rollback()
run_jobs(env.registry, METHODS)
"""
WARM = 50
ORDERS = 250
READY = "bench_floor"
NO_RUNNER = {"queue_job": {"channels": "root:0"}}


def run(machine, _options):
    """Rows of the document benchmark.

    :param machine: what ``context.ready()`` gives.
    """
    fetched = prepare(machine)
    with tempfile.TemporaryDirectory() as folder:
        values = Path(folder) / "values.pickle"
        found = {
            mode: measure(machine, mode, values)
            for mode in ("record", "jobs", "batched", "single")
        }
    machine.databases.drop(READY)
    return rows(found, fetched)


def prepare(machine):
    """A database in which 250 fetched orders wait for their documents.

    :return: what the fetch jobs took.
    """
    with (
        shops.simulator() as control,
        stack.running(machine, f"{READY}_origin", **NO_RUNNER) as hub,
    ):
        shop = worlds.open_shop(control, orders.SHOP, orders.WORLD)
        worlds.prepare_odoo(hub, orders.WORLD)
        hub.shell(orders.CUSTOMERS_KNOWN.format(count=orders.CUSTOMERS))
        channel.connect(hub, shop, stock_fuse=0)
        hub.shell(JOBS + REST)
        orders.place(control, 10)
        control.wait_delivered()
        hub.shell(JOBS + REST)
        orders.place(control, ORDERS)
        control.wait_delivered()
        fetched = json.loads(hub.shell(JOBS + FETCH).splitlines()[-1])
        hub.stop()
        machine.databases.drop(READY)
        machine.databases.copy(hub.database, READY)
    return fetched["_job_fetch"]


def measure(machine, mode, values):
    """Run one way of making the documents on a copy."""
    name = f"{READY}_{mode}"
    machine.databases.drop(name)
    machine.databases.copy(READY, name)
    settings = f"MODE, VALUES, WARM = {mode!r}, {str(values)!r}, {WARM}\n"
    code = settings + JOBS + (FOLDER / "floor.py").read_text()
    try:
        return json.loads(Hub(machine, name, **NO_RUNNER).shell(code).splitlines()[-1])
    finally:
        machine.databases.drop(name)


def rows(found, fetched):
    per = {
        mode: {what: one[what] / one["orders"] for what in ("cpu", "wall")}
        for mode, one in found.items()
        if mode != "record"
    }
    ours, batched, single = per["jobs"], per["batched"], per["single"]
    batch_ratio, single_ratio = (ours["cpu"] / one["cpu"] for one in (batched, single))
    lines = [
        Row(
            f"{name}, CPU and wall an order",
            f"{one['cpu'] * 1000:.0f} / {one['wall'] * 1000:.0f} ms",
        )
        for name, one in (
            ("jobs (import and accounting)", ours),
            ("ORM in batches of 50", batched),
            ("ORM one by one", single),
        )
    ]
    return [
        *lines,
        Row(
            "CPU, jobs / batches of 50",
            f"{batch_ratio:.2f}",
            "at most 1.25",
            batch_ratio <= 1.25,
        ),
        Row(
            "wall, jobs / batches of 50",
            f"{ours['wall'] / batched['wall']:.2f}",
            "at most 1.25",
            ours["wall"] / batched["wall"] <= 1.25,
        ),
        Row(
            "CPU, jobs / one by one",
            f"{single_ratio:.2f}",
            "below 0.5",
            single_ratio < 0.5,
        ),
        Row(
            "wall, jobs / one by one",
            f"{ours['wall'] / single['wall']:.2f}",
            "below 0.5",
            ours["wall"] / single["wall"] < 0.5,
        ),
        Row(
            "fetching, CPU and wall an order",
            f"{fetched[1] / ORDERS * 1000:.0f} / {fetched[2] / ORDERS * 1000:.0f} ms",
        ),
    ]
