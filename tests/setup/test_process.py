"""Nothing that set-up starts outlives it."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from hub import process
from hub.process import Process, free_port, port_is_free, wait_until

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"],
                         start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""
PARENT = """
import sys, time
from pathlib import Path
from hub.process import Process
child = Process([sys.executable, "-c", "import time; time.sleep(60)"],
                log=Path(sys.argv[1]))
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""


def _gone(pid):
    return not psutil.pid_exists(pid) or (
        psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    )


def test_stop_ends_the_stubborn_and_what_they_started(tmp_path):
    log = tmp_path / "log"
    program = Process([sys.executable, "-c", STUBBORN], log=log)
    program.start()
    assert wait_until(lambda: log.read_text().endswith("\n"), seconds=10)
    child = int(log.read_text())
    program.stop(grace=0.2)
    assert not program.alive
    assert _gone(child)


def test_a_killed_parent_takes_its_children_along(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path / "log"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    assert wait_until(lambda: _gone(child), seconds=10)


def test_a_taken_port_is_seen():
    port = free_port()
    assert port_is_free(port)
    with process.socket.socket() as server:
        server.bind(("127.0.0.1", port))
        server.listen()
        assert not port_is_free(port)


def test_waiting_gives_up():
    assert not wait_until(lambda: False, seconds=0.2)


def test_stopping_what_never_started_is_no_error(tmp_path):
    Process(["true"], log=tmp_path / "log").stop()


@pytest.mark.parametrize(("script", "code"), [("exit()", 0), ("exit(3)", 3)])
def test_the_exit_code_is_known(tmp_path, script, code):
    program = Process([sys.executable, "-c", script], log=tmp_path / "log")
    program.start()
    assert wait_until(lambda: not program.alive, seconds=10)
    assert program.exit_code == code
