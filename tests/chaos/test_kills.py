"""500 orders while processes are killed: whatever is thrown away, nothing is lost and
nothing is done twice.
"""

import os

import pytest

from tests.harness import quiet
from tests.harness.cut_off import CUT_OFF
from tests.harness.expectations import Expectations
from tests.harness.killer import Killer
from tests.harness.log import CUT_CONNECTION
from tests.harness.loop import Loop
from tests.harness.medic import Medic

ORDERS = int(os.environ.get("HUB_ORDERS", "500"))
KILLS = 20
FAULT_RATE = 0.10
PATIENCE = 600  # seconds until all is quiet after each part


class TestKills(Expectations):
    @pytest.fixture(scope="class")
    def loop(self, hub, simulator, seed, round_number):
        chosen = seed + round_number - 1
        loop = Loop(hub, simulator.control, f"chaos-{round_number}", chosen, ORDERS)
        loop.open()
        loop.trouble(FAULT_RATE)
        with (
            Killer(hub, chosen, KILLS) as killer,
            Medic(hub, lambda: len(killer.done)) as medic,
        ):
            loop.run(medic, PATIENCE)
        loop.kills = killer.done
        print(f"round {round_number}, seed {chosen}: {killer.done}")
        return loop

    def test_processes_were_killed(self, loop):
        assert len(loop.kills) == KILLS
        assert set(loop.kills) == {"http", "runner", "connection"}

    def test_no_job_failed_and_no_traceback_was_logged(self, loop):
        """Beside those whose connection was cut: what they left undone was done."""
        failed = quiet.failed_jobs(loop.hub)
        assert not [job for job in failed if job[1] not in CUT_OFF]
        assert not loop.log.errors(explained=CUT_CONNECTION)
