"""Long runs: `./setup/test --tier chaos -- --rounds 5`."""

import os

import pytest

from tests.harness import stack
from tests.harness.fixtures import machine, seed, simulator
from tests.harness.log import HANDLER

__all__ = ["machine", "seed", "simulator"]


def pytest_addoption(parser):
    parser.addoption("--rounds", type=int, default=1, help="how often; seeds differ")


def pytest_generate_tests(metafunc):
    if "round_number" in metafunc.fixturenames:
        rounds = range(1, metafunc.config.getoption("rounds") + 1)
        metafunc.parametrize("round_number", rounds, scope="class")


@pytest.fixture(scope="class")
def hub(machine, round_number):
    """Odoo on a fresh database of this round, without crons."""
    options = {"log_handler": HANDLER}
    name = f"chaos_{os.getpid()}_{round_number}"
    with stack.running(machine, name, options=options) as running:
        yield running
