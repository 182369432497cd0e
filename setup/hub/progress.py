"""What the person at the terminal sees while a long step runs."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import SetupError

HEARTBEAT = 15.0
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Linux: get SIGTERM when the parent goes, even if it is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def say(text: str) -> None:
    """One line, at once."""
    print(f"  {text}", flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step and tell how long it took."""
    started = time.monotonic()
    print(f"==> {title}", flush=True)
    yield
    seconds = time.monotonic() - started
    if seconds >= 1:
        say(f"done in {seconds:.0f} s")


def run(
    command: list,
    *,
    log: Path,
    env: dict | None = None,
    what: str = "",
    text: str = "",
) -> None:
    """Run a long command into `log`, with a sign of life every few seconds.

    text: what the command reads from its standard input.

    Raises SetupError with the end of the log when the command fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("w") as out, tempfile.TemporaryFile("w+") as given:
        given.write(text)
        given.seek(0)
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=given,
            env=env,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        try:
            _wait(process, log, started, what)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
    if process.returncode:
        raise SetupError(
            f"{what or command[0]} failed (exit code {process.returncode}). "
            f"The whole log is {log}; it ends with:\n{tail(log, 25)}"
        )


def _wait(process, log: Path, started: float, what: str) -> None:
    while True:
        try:
            process.wait(timeout=HEARTBEAT)
            return
        except subprocess.TimeoutExpired:
            seconds = time.monotonic() - started
            last = tail(log, 1).strip()[-90:]
            say(f"{what}: {seconds:.0f} s so far ... {last}")


def tail(path: Path, lines: int) -> str:
    """The last lines of a text file."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def fail(error: SetupError | OSError) -> int:
    """Print an error for a person and give the exit code."""
    print(f"\nSet-up stopped: {error}", file=sys.stderr, flush=True)
    return 1
