"""Ten thousand products: comparing what they look like, queries and batches."""

import json
from pathlib import Path

from hub.server import Hub

from .table import Row

CODE = Path(__file__).parent / "inside" / "content.py"
SIZES = [1_000, 10_000]


def run(machine, options):
    """Rows of the benchmark of products.

    :param machine: what ``context.ready()`` gives.
    """
    sizes = SIZES[:1] if options.quick else SIZES
    name = "bench_content"
    machine.databases.drop(name)
    machine.databases.copy(machine.databases.suite_template(), name)
    try:
        hub = Hub(machine, name, queue_job={"channels": "root:0"})
        printed = hub.shell(f"SIZES = {sizes}\n" + CODE.read_text())
    finally:
        machine.databases.drop(name)
    rows = []
    for found in json.loads(printed.splitlines()[-1]):
        size = found["size"]
        rows += [
            Row(f"{size:,} products compared, none differs", f"{found['same']:.1f} s"),
            Row("the same, queries a job", f"{found['queries']:.0f}"),
            Row(f"{size:,} changed titles, to frozen batches", f"{found['all']:.1f} s"),
            Row("the same, products a batch", f"{size / found['batches']:.0f}"),
        ]
    return rows
