"""What our hooks cost a warehouse: a receipt of 1,000 lines, with and without us."""

import json
from pathlib import Path

from hub.server import Hub

from .table import Row, median

CODE = Path(__file__).parent / "inside" / "receipt.py"
LINES, PAIRS = 1000, 10


def run(machine, _options):
    """Rows of the receipt benchmark.

    :param machine: what ``context.ready()`` gives.
    """
    databases = machine.databases
    plain, ours = "bench_receipt_plain", "bench_receipt_ours"
    for name, template in (
        (plain, databases.base_template()),
        (ours, databases.suite_template()),
    ):
        databases.drop(name)
        databases.copy(template, name)
    try:
        settings = f"WITHOUT, LINES, PAIRS = {plain!r}, {LINES}, {PAIRS}\n"
        printed = Hub(machine, ours).shell(settings + CODE.read_text())
    finally:
        databases.drop(plain)
        databases.drop(ours)
    return _rows(json.loads(printed.splitlines()[-1]))


def _rows(found):
    rounds = found["rounds"]
    extra = max(one["ours"][2] - one["plain"][2] for one in rounds)
    extra_few = found["few"]["ours"] - found["few"]["plain"]
    cpu = median([one["ours"][0] / one["plain"][0] for one in rounds])
    wall = median([one["ours"][1] / one["plain"][1] for one in rounds])
    seconds = median([one["plain"][1] for one in rounds])
    return [
        Row(f"receipt of {LINES} lines without us, wall", f"{seconds:.2f} s"),
        Row(f"extra queries, {LINES} lines", str(extra), "at most 4", extra <= 4),
        Row(f"extra queries, {LINES // 10} lines", str(extra_few), "the same"),
        Row("CPU, ours / without us", f"{cpu:.3f}", "1.05", cpu <= 1.05),
        Row("wall, ours / without us", f"{wall:.3f}"),
    ]
