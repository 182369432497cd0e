"""A catalogue of 100,000 listings compared with what a shop says of it."""

import json
from pathlib import Path

from hub.server import Hub

from .table import Row

CODE = Path(__file__).parent / "inside" / "reconciliation.py"
SIZE, QUICK = 100_000, 10_000
CHANGED = 100
MOST_MEMORY = 100 * 2**20  # that comparing may add to a process


def run(machine, options):
    """Rows of the reconciliation benchmark.

    :param machine: what ``context.ready()`` gives.
    """
    name = "bench_reconciliation"
    size = QUICK if options.quick else SIZE
    machine.databases.drop(name)
    machine.databases.copy(machine.databases.suite_template(), name)
    try:
        hub = Hub(machine, name, queue_job={"channels": "root:0"})
        code = f"SIZE, CHANGED = {size}, {CHANGED}\n{CODE.read_text()}"
        printed = hub.shell(code)
    finally:
        machine.databases.drop(name)
    taken_in, compared = json.loads(printed.splitlines()[-1])
    return rows(taken_in, compared)


def rows(taken_in, compared):
    size = compared["compared"]
    return [
        Row(f"{size:,} listings compared, wall", f"{compared['wall']:.1f} s"),
        Row("of it reading and keeping what was read", f"{compared['reading']:.1f} s"),
        Row("CPU of the hub", f"{compared['cpu']:.1f} s"),
        Row(
            "found and repaired",
            str(compared["repaired"]),
            str(CHANGED),
            (compared["repaired"], compared["issues"]) == (CHANGED, 0),
        ),
        Row("steps (jobs), queries", f"{compared['steps']}, {compared['queries']}"),
        Row(
            "memory added, peak of the process",
            f"{compared['grown'] / 2**20:.0f}, {compared['memory'] / 2**20:.0f} MiB",
            f"at most {MOST_MEMORY / 2**20:.0f}",
            compared["grown"] <= MOST_MEMORY,
        ),
        Row(
            f"{size:,} unknown listings found and taken in, wall",
            f"{taken_in['wall']:.1f} s",
        ),
        Row(
            "the same, memory added",
            f"{taken_in['grown'] / 2**20:.0f} MiB",
            f"at most {MOST_MEMORY / 2**20:.0f}",
            taken_in["grown"] <= MOST_MEMORY,
        ),
    ]
