"""Nothing that set-up starts outlives it."""

import fcntl
import os
import signal
import subprocess
import sys
import termios

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


HANGS_UP = """
import os, signal, sys, time
from pathlib import Path
if sys.argv[2] == "nohup":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
from hub import cli, odoo_source, progress, venv
odoo_source.remember_importable = venv.enter = lambda: None
def command():
    with progress.step("waiting"):
        try:
            Path(sys.argv[1], "begun").touch()
            time.sleep(float(sys.argv[3]))
        finally:
            progress.say("stopping ...")
            os.kill(os.getpid(), signal.SIGHUP)
            Path(sys.argv[1], "stopped").touch()
    return 0
cli.main(command)
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


@pytest.mark.parametrize(
    ("started", "seconds", "ends"), [("plainly", 60, 130), ("nohup", 1, None)]
)
def test_a_closed_terminal_stops_everything_but_what_nohup_started(
    tmp_path, started, seconds, ends
):
    ours, theirs = os.openpty()
    command = subprocess.Popen(
        [sys.executable, "-c", HANGS_UP, tmp_path, started, str(seconds)],
        stdin=theirs,
        stdout=theirs if ends else subprocess.DEVNULL,
        stderr=theirs if ends else subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
    )
    try:
        os.close(theirs)
        assert wait_until((tmp_path / "begun").exists, seconds=10)
        os.close(ours)
        assert command.wait(10) == (ends or 0)
        assert (tmp_path / "stopped").exists()
    finally:
        command.kill()
        command.wait()
