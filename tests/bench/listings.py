"""Ten thousand changed listings: computing, queries and calls."""

import json
from pathlib import Path

from hub.server import Hub

from .table import Row

CODE = Path(__file__).parent / "inside" / "listings.py"
SIZES = [1_000, 10_000]
CALL = 250  # quantities that one call to Shopify may set


def run(machine, _options):
    """Rows of the stock benchmark.

    :param machine: what ``context.ready()`` gives.
    """
    name = "bench_listings"
    machine.databases.drop(name)
    machine.databases.copy(machine.databases.suite_template(), name)
    try:
        hub = Hub(machine, name, queue_job={"channels": "root:0"})
        printed = hub.shell(f"SIZES = {SIZES}\n" + CODE.read_text())
    finally:
        machine.databases.drop(name)
    few, many = json.loads(printed.splitlines()[-1])
    calls = many["batches"]
    aimed = many["size"] // CALL
    return [
        Row(f"{many['size']:,} changed listings, wall", f"{many['wall']:.2f} s"),
        Row("the same, CPU of the worker", f"{many['cpu']:.2f} s"),
        Row("one raw SQL statement of the formula", f"{many['raw']:.3f} s"),
        Row("wall, ours / raw SQL", f"{many['wall'] / many['raw']:.1f}"),
        Row("calls to make", str(calls), str(aimed), calls <= aimed),
        Row(
            f"queries at {few['size']:,} and {many['size']:,} listings",
            f"{few['queries']} and {many['queries']}",
            "constant",
            many["queries"] <= few["queries"],
        ),
    ]
