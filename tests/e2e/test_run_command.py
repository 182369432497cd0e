"""`setup/run` as a person uses it: the demo, Ctrl-C, and up again in a moment."""

import os
import re
import signal
import subprocess
import sys
import time

import psutil
import pytest

from hub import demo, paths
from hub.cli import INTERRUPTED
from hub.database import server_conf
from hub.process import free_port, port_is_free, wait_until
from hub.simulator import Simulator

SUMMARY = re.compile(
    r"(?P<orders>\d+)  orders read from the shop, (?P<sales>\d+) of them are sale.*\n"
    r" +(?P<invoices>\d+)  invoices posted, (?P<payments>\d+) payments\n"
    r" +(?P<reserved>\d+)  units reserved .*\n"
    r" +(?P<pushed>\d+)  quantities pushed .*\n"
    r" +(?P<shipments>\d+)  shipments confirmed .*\n"
    r" +(?P<issues>\d+)  issues .*\n"
    r" +(?P<seconds>\d+)  seconds\n"
)
READY = re.compile(r"^Ready after (\d+) s\.$", re.MULTILINE)
STEP = re.compile(r"^==> (.+)$", re.MULTILINE)
WELL_UNDER_A_MINUTE = 45
# what is there, counted past the demo's own query
THERE = """
    SELECT (SELECT count(*) FROM sale_order
             WHERE channel_order_id IS NOT NULL AND state = 'sale'),
           (SELECT count(*) FROM account_move
             WHERE move_type = 'out_invoice' AND state = 'posted'),
           (SELECT count(*) FROM account_payment),
           (SELECT count(*) FROM stock_picking
              JOIN stock_picking_type type ON type.id = picking_type_id
             WHERE state = 'done' AND code = 'outgoing'
               -- what was handed over at a till is known there
               AND channel_handed_over IS NOT TRUE)
"""


class Command:
    """`setup/run` on a database and a port of its own."""

    def __init__(self, name, output):
        self.name, self.output = name, output
        self.port = free_port()
        self.process = None

    def start(self, seconds):
        """Start it and return what it printed once it is ready."""
        arguments = ["--database", self.name, "--port", str(self.port)]
        with self.output.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, paths.ROOT / "setup" / "run", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(self._ready_or_gone, seconds=seconds, every=0.5)
        printed = self.output.read_text()
        assert READY.search(printed), f"it did not become ready:\n{printed}"
        return printed

    def stop(self, number):
        """Send a signal; nothing that it started may be left.

        :return: the exit code, what it printed.
        """
        started = psutil.Process(self.process.pid).children(recursive=True)
        assert len(started) > 6  # the simulator, Odoo, its workers
        self.process.send_signal(number)
        code = self.process.wait(60)
        assert [one for one in started if one.is_running()] == []
        assert port_is_free(self.port)
        return code, self.output.read_text()

    def _ready_or_gone(self):
        gone = self.process.poll() is not None
        return gone or READY.search(self.output.read_text())


@pytest.fixture
def command(machine, tmp_path):
    name = f"e2e_run_command_{os.getpid()}"
    command = Command(name, tmp_path / "output")
    try:
        yield command
    finally:
        if command.process and command.process.poll() is None:
            command.process.terminate()
            command.process.wait(60)
        machine.databases.drop(name)
        Simulator.forget(paths.STATE / "simulator" / name)
        (paths.LOCKS / f"run-{name}").unlink(missing_ok=True)


def test_the_demo_runs_stops_and_is_up_again(command, machine):
    machine.databases.suite_template()  # its building is not what is measured here
    server = machine.server

    found = SUMMARY.search(command.start(seconds=300))
    assert found, command.output.read_text()
    told = {name: int(number) for name, number in found.groupdict().items()}
    assert told["orders"] == demo.ORDERS
    assert demo.ORDERS / 2 < told["invoices"] <= told["sales"] < demo.ORDERS
    assert told["invoices"] <= told["payments"]
    assert told["reserved"] > 0
    assert told["pushed"] > 0
    assert 0 < told["issues"] < demo.ORDERS
    counted = ("sales", "invoices", "payments", "shipments")
    there = [tuple(told[one] for one in counted)]
    assert server.query(THERE, database=command.name) == there

    code, printed = command.stop(signal.SIGINT)
    assert code == INTERRUPTED
    assert printed.endswith("\nStopped.\n")
    assert "Traceback" not in printed

    which = "SELECT oid FROM pg_database WHERE datname = %s"
    made = server.query(which, (command.name,))
    pip = paths.LOGS / "pip.log"
    installed = pip.exists() and pip.stat().st_mtime_ns
    begun = time.monotonic()
    printed = command.start(seconds=100)
    assert time.monotonic() - begun < WELL_UNDER_A_MINUTE
    assert set(STEP.findall(printed)) == {
        f"database {command.name}",
        "Odoo with its workers and queue_job's runner",
    }
    assert "made from the template" not in printed
    again = SUMMARY.search(printed).groupdict()
    again["seconds"] = found["seconds"]
    assert again == found.groupdict()
    assert server.query(which, (command.name,)) == made
    assert server.query(THERE, database=command.name) == there
    assert (pip.exists() and pip.stat().st_mtime_ns) == installed

    code, _printed = command.stop(signal.SIGHUP)  # the terminal was closed
    assert code == INTERRUPTED
    conf = server_conf(command.name, command.port)
    assert conf.exists()
    machine.databases.drop(command.name)
    assert not conf.exists()
