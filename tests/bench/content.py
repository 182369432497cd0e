"""Ten thousand products: comparing what they look like, queries and batches; sending
what changed, calls and seconds."""

import json
from pathlib import Path

from hub.server import Hub

from . import shops
from .table import Row

INSIDE = Path(__file__).parent / "inside"
COMPARED = INSIDE / "content.py"
SENT = INSIDE / "content_sent.py"
TOGETHER = 5  # products whose titles one call changes
SIZES = [1_000, 10_000]


def run(machine, options):
    """Rows of the benchmark of products.

    :param machine: what ``context.ready()`` gives.
    """
    sizes = SIZES[:1] if options.quick else SIZES
    given = f"SIZES = {sizes}\n"
    found = _inside(machine, given + COMPARED.read_text())
    with shops.simulator() as control:
        shop = shops.open_shop(control, "content", sizes[-1])
        given = f"SHOP, SIZE = {shop!r}, {sizes[-1]}\n"
        sent = _inside(machine, given + SENT.read_text())
    return [row for one in found for row in _compared(one)] + _sent(sent, sizes[-1])


def _inside(machine, code):
    """What some code prints last, in a shell on a database of its own."""
    name = "bench_content"
    machine.databases.drop(name)
    machine.databases.copy(machine.databases.suite_template(), name)
    try:
        hub = Hub(machine, name, queue_job={"channels": "root:0"})
        return json.loads(hub.shell(code).splitlines()[-1])
    finally:
        machine.databases.drop(name)


def _compared(found):
    size = found["size"]
    return [
        Row(f"{size:,} products compared, none differs", f"{found['same']:.1f} s"),
        Row("the same, queries a job", f"{found['queries']:.0f}"),
        Row(f"{size:,} changed titles, to frozen batches", f"{found['all']:.1f} s"),
        Row("the same, products a batch", f"{size / found['batches']:.0f}"),
    ]


def _sent(found, size):
    return [
        Row(f"{size:,} changed titles sent: seconds", f"{found['send']:.0f}"),
        Row(
            "the same: calls",
            f"{found['calls']:,}",
            f"{size // TOGETHER:,}",
            found["calls"] == size // TOGETHER,
        ),
        Row("the same: answers taken over, seconds", f"{found['fold']:.1f}"),
        Row(
            "in step afterwards",
            f"{found['in_step']:,}",
            f"{size:,}",
            found["in_step"] == size,
        ),
    ]
