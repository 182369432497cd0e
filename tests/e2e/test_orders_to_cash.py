"""The whole loop under faults: 120 mixed orders in, documents, quantities and shipments
out, with a tenth of all calls failing and a process killed at every crash point.
"""

import os

import pytest

from tests.harness import crash
from tests.harness.expectations import Expectations
from tests.harness.loop import Loop
from tests.harness.medic import Medic

ORDERS = int(os.environ.get("HUB_ORDERS", "120"))
SHOP = "cash"
FAULT_RATE = 0.10
# where a call is cut off on the marketplace's side: the caller is killed
SIMULATOR_POINTS = (
    ("nodes", "after_answer", 0),
    ("inventorySetQuantities", "before_effect", 0),
    ("inventorySetQuantities", "after_effect", 1),
    ("fulfillmentCreate", "after_effect", 0),
    ("refundCreate", "after_effect", 1),
)


class TestOrdersToCash(Expectations):
    @pytest.fixture(scope="class")
    def loop(self, hub, simulator, seed):
        control = simulator.control
        loop = Loop(hub, control, SHOP, seed, ORDERS)
        loop.open()
        loop.trouble(FAULT_RATE)
        hub.crash.arm(*crash.POINTS)
        killers = [
            control.arm(operation, point, skip=skip, shop=SHOP)
            for operation, point, skip in SIMULATOR_POINTS
        ]

        def killed():
            return sum(bool(control.get(f"crash/{one}")["killed"]) for one in killers)

        with Medic(hub, killed) as medic:
            loop.run(medic)
        loop.killers = [control.get(f"crash/{one}") for one in killers]
        return loop

    def test_every_crash_point_killed_a_process(self, loop):
        assert not loop.hub.crash.armed()
        assert all(one["killed"] for one in loop.killers), loop.killers
