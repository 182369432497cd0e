"""What tests against running servers share: the machine, the simulator, the seed."""

import os
import secrets

import pytest

from hub import context, paths
from hub.simulator import Simulator


@pytest.fixture(scope="session")
def machine():
    """The set-up machine, with the addons that only tests use."""
    with context.ready(tests=True) as ready:
        yield ready


@pytest.fixture(scope="session")
def simulator():
    """A simulator process of this test run."""
    folder = paths.STATE / "simulator" / f"test-{os.getpid()}"
    try:
        with Simulator(folder) as running:
            yield running
    finally:
        Simulator.forget(folder)


@pytest.fixture(scope="session")
def seed(request):
    """Of everything that is drawn; HUB_SEED repeats a run.

    Printed past the capture: it would be shown with the first test only, if that fails.
    """
    chosen = int(os.environ.get("HUB_SEED") or secrets.randbelow(10**6))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\nHUB_SEED={chosen}", flush=True)
    return chosen
