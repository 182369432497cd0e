"""Processes that set-up starts: each in a session of its own, none of them outlives its
parent.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil

from .progress import end_with_parent


def free_port() -> int:
    """A TCP port of the loopback interface that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Process:
    """A background program with a log file and a process group of its own.

    command: program and arguments. log: the file that gets what it prints.
    environment: the whole environment of the program.
    """

    def __init__(self, command: list, *, log: Path, environment: dict | None = None):
        self.command = [str(part) for part in command]
        self.log = log
        self.environment = environment
        self._popen: subprocess.Popen | None = None

    def start(self) -> None:
        """Start the program; what it prints is appended to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as out:
            self._popen = subprocess.Popen(
                self.command,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=self.environment,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    @property
    def pid(self) -> int:
        """Process id of the program, which is its process group too."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def members(self) -> list[psutil.Process]:
        """The program and everything it started that is still running."""
        if not self.alive:
            return []
        main = psutil.Process(self.pid)
        return [main, *main.children(recursive=True)]

    @property
    def exit_code(self) -> int | None:
        """The exit code, None as long as the program runs."""
        return self._popen.poll()

    def stop(self, grace: float = 10.0, ask: int = signal.SIGTERM) -> None:
        """Ask the program to end; after `grace` seconds end it with all it started.

        ask: the signal to ask with.
        """
        if self._popen is None:
            return
        members = self.members()
        if self.alive:
            self._popen.send_signal(ask)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(timeout=grace)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        for process in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(members, timeout=5)


def wait_until(condition, *, seconds: float, every: float = 0.1) -> bool:
    """Poll `condition` until it is true (True) or the time is over (False)."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
