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


def open_shop(control, name, size, variants_each=1):
    """A shop with so many variants, and how to reach it."""
    # as much may be asked as comes: the points are counted, not waited for
    plan = {"bucket_size": 10**6, "restore_rate": 10**5}
    shop = control.post("shops", name=name, settings=plan)
    made = control.post(
        f"shops/{name}/catalogue",
        products=size // variants_each,
        variants_each=variants_each,
        price="10.00",
    )
    return {
        "url": f"{control.url}/shops/{name}",
        "domain": shop["domain"],
        "client_id": shop["app"]["client_id"],
        "client_secret": shop["app"]["client_secret"],
        "variants": [
            [one[key].rpartition("/")[2] for key in ("id", "product")]
            for one in made["variants"]
        ],
    }
