"""pytest in processes of its own: one live, several side by side into logs."""

import signal
import time
from pathlib import Path

from . import paths, progress
from .process import Process
from .results import Result, from_junit

NO_TESTS_COLLECTED = 5


class PytestRun(Process):
    """One pytest process with a log and a JUnit report under `.hub/reports/`."""

    def __init__(
        self, tier: str, name: str, arguments, environment: dict | None = None
    ):
        self.tier = tier
        self.name = name
        self.report = paths.REPORTS / f"{name}.xml"
        command = [paths.python(), "-m", "pytest", f"--junitxml={self.report}"]
        super().__init__(
            [*command, "-o", f"cache_dir={paths.STATE / 'pytest' / name}", *arguments],
            log=paths.REPORTS / f"{name}.log",
            environment=environment,
        )

    def start(self) -> None:
        """Start on a clean log and without an old report."""
        self.log.unlink(missing_ok=True)
        self.report.unlink(missing_ok=True)
        super().start()

    def result(self) -> Result:
        """What it came to, also where pytest itself went down."""
        code = self.exit_code
        if not self.report.exists():
            note = f"pytest ended with code {code} and no report; see {self.log}"
            return Result(self.tier, failed=1, notes=[note])
        result = from_junit(self.tier, self.report)
        if code not in (0, NO_TESTS_COLLECTED) and not result.failed:
            result.failed = 1
            result.notes.append(f"pytest ended with code {code}; see {self.log}")
        return result


def run_all(runs: list[PytestRun], *, minutes: float, at_once: int = 2) -> Result:
    """Run side by side, show their output, and add up the results.

    minutes: those still running after this time are ended and count as failed.
    at_once: so many run at any time; the others follow in their order.
    """
    total = Result(runs[0].tier)
    deadline = time.monotonic() + minutes * 60
    followers = [Follower(run.log) for run in runs]
    waiting = list(runs)
    try:
        while time.monotonic() < deadline:
            busy = sum(run.alive for run in runs)
            for run in waiting[: at_once - busy]:
                waiting.remove(run)
                run.start()
            if not any(run.alive for run in runs):
                break
            time.sleep(0.3)
            for follower in followers:
                follower.show()
        for run in runs:
            if run.alive or run in waiting:
                note = f"{run.name}: ended after {minutes} minutes; see {run.log}"
                total.add(Result(run.tier, failed=1, notes=[note]))
    finally:
        for run in runs:
            run.stop(grace=30, ask=signal.SIGINT)
    for follower, run in zip(followers, runs, strict=True):
        if run not in waiting:
            follower.show()
            total.add(run.result())
    return total


class Follower:
    """Shows the new lines of a growing file."""

    def __init__(self, path: Path):
        self.path = path
        self._position = 0

    def show(self) -> None:
        """Print what came since the last time, whole lines only."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._position)
            chunk = file.read()
        whole = chunk[: chunk.rfind(b"\n") + 1]
        self._position += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            progress.say(line)
