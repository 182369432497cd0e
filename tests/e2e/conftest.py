"""Servers for end-to-end tests: PostgreSQL, the simulator, Odoo as in production."""

import os

import pytest

from tests.harness import stack
from tests.harness.fixtures import machine, seed, simulator
from tests.harness.log import HANDLER

__all__ = ["machine", "seed", "simulator"]


@pytest.fixture(scope="module")
def hub(machine, request):
    """Odoo on a fresh database of this module, without crons, with crash points."""
    name = f"e2e_{request.module.__name__.rpartition('test_')[2]}_{os.getpid()}"
    options = {"log_handler": HANDLER}
    with stack.running(machine, name, options=options) as running:
        yield running
