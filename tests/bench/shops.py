"""The simulator that benchmarks talk to."""

import os
from contextlib import contextmanager

from hub import paths
from hub.simulator import Simulator


@contextmanager
def simulator():
    """A simulator process of this run; its control client."""
    folder = paths.STATE / "simulator" / f"bench-{os.getpid()}"
    try:
        with Simulator(folder) as running:
            yield running.control
    finally:
        Simulator.forget(folder)
