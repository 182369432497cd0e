"""Run the benchmarks and print their tables; `setup/bench` starts this."""

import argparse
import importlib
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "setup"), str(ROOT)]

BENCHES = {
    "orders": "orders a minute, a receipt of 1,000 SKUs pushed, memory",
    "floor": "documents of 200 orders, beside the same straight into the ORM",
    "webhook": "acknowledging webhooks, 50 a second",
    "listings": "10,000 changed listings",
    "content": "10,000 products compared, and all of them changed",
    "reconciliation": "100,000 listings compared with a shop",
    "prices": "10,000 prices compared and sent",
    "receipt": "hooks on a receipt of 1,000 lines",
}


def options(arguments=None):
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="setup/bench", description=__doc__)
    names = ", ".join(BENCHES)
    parser.add_argument("bench", nargs="*", help=f"one or more of: {names} (all)")
    parser.add_argument("--quick", action="store_true", help="smaller, less exact")
    asked = parser.parse_args(arguments)
    unknown = set(asked.bench) - set(BENCHES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return asked


def main(arguments=None):
    """Run what was asked for.

    :return: exit code; 0 also where an aim was missed: numbers are for reading.
    """
    from hub import context
    from tests.bench.table import show

    asked = options(arguments)
    with context.ready(tests=True) as machine:
        for name in asked.bench or BENCHES:
            started = time.monotonic()
            rows = importlib.import_module(f"tests.bench.{name}").run(machine, asked)
            show(f"{BENCHES[name]} ({time.monotonic() - started:.0f} s)", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
