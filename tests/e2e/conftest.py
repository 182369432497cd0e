"""Servers for end-to-end tests: PostgreSQL, the simulator, Odoo as in production."""

import os
import secrets

import pytest

from hub import context, paths
from hub.simulator import Simulator
from tests.harness import stack
from tests.harness.log import HANDLER


@pytest.fixture(scope="session")
def machine():
    """The set-up machine, with the addons that only tests use."""
    with context.ready(tests=True) as ready:
        yield ready


@pytest.fixture(scope="session")
def simulator():
    """A simulator process of this test run."""
    folder = paths.STATE / "simulator" / f"e2e-{os.getpid()}"
    try:
        with Simulator(folder) as running:
            yield running
    finally:
        Simulator.forget(folder)


@pytest.fixture(scope="module")
def hub(machine, request):
    """Odoo on a fresh database of this module, without crons, with crash points."""
    name = f"e2e_{request.module.__name__.rpartition('test_')[2]}_{os.getpid()}"
    options = {"log_handler": HANDLER}
    with stack.running(machine, name, options=options) as running:
        yield running


@pytest.fixture(scope="session")
def seed():
    """Of everything that is drawn; HUB_SEED repeats a run."""
    chosen = int(os.environ.get("HUB_SEED") or secrets.randbelow(10**6))
    print(f"\nHUB_SEED={chosen}")
    return chosen
