"""Ten thousand prices compared with what the shop asks, and sent: queries, calls,
seconds, and points of the shop's bucket."""

import json
from pathlib import Path

from hub.server import Hub

from . import shops
from .table import Row

CODE = Path(__file__).parent / "inside" / "prices.py"
VARIANTS = 4  # of each product
MUTATION, RESTORE = 10, 100  # points of one, and a second on the standard plan


def run(machine, options):
    """Rows of the price benchmark.

    :param machine: what ``context.ready()`` gives.
    """
    size = 2_000 if options.quick else 10_000
    name = "bench_prices"
    machine.databases.drop(name)
    machine.databases.copy(machine.databases.suite_template(), name)
    try:
        with shops.simulator() as control:
            shop = shops.open_shop(control, "prices", size, VARIANTS)
            hub = Hub(machine, name, queue_job={"channels": "root:0"})
            given = f"SHOP, SIZE = {shop!r}, {size}\n"
            found = json.loads(hub.shell(given + CODE.read_text()).splitlines()[-1])
    finally:
        machine.databases.drop(name)
    return _rows(found, size)


def _rows(found, size):
    mutations = size // VARIANTS
    points = mutations * MUTATION
    same, changed = found["same"], found["changed"]
    return [
        Row(f"{size:,} prices compared, none differs: seconds", f"{same['wall']:.1f}"),
        Row(
            "the same: queries for each part of 200",
            f"{same['queries'] / (size / 200):.1f}",
        ),
        Row("the same: calls", str(same["calls"]), "0", same["calls"] == 0),
        Row(
            f"{size:,} prices changed: computed and frozen, seconds",
            f"{changed['wall']:.1f}",
        ),
        Row("the same: sent, seconds", f"{changed['send']:.1f}"),
        Row(
            "the same: calls",
            str(changed["calls"]),
            f"{mutations // 25}",
            changed["calls"] <= mutations // 25 + 1,
        ),
        Row("the same: points", f"{points:,}"),
        Row("the same: seconds on the standard plan", f"{points / RESTORE:.0f}"),
        Row("read back and compared: calls", str(found["check"]["calls"])),
        Row("the same: seconds", f"{found['check']['wall']:.1f}"),
        Row(
            "prices in sync afterwards",
            f"{found['in_sync']:,}",
            f"{size:,}",
            found["in_sync"] == size,
        ),
    ]
