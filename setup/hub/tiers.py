"""The tiers of `setup/test`: which files belong to which, and how each one runs."""

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from . import addons, lint, paths
from .browser import ensure_chromium
from .context import Context
from .pytest_run import PytestRun, run_all
from .results import Result

PURE = ("tests/adapters", "tests/simulators", "tests/setup")
TOURS = "test_tours*.py"
LONGEST = "test_orders_to_cash.py"  # as long as all other end-to-end tests together
NOTHING = "no tests yet"
PARALLEL = 2
# a tier that hangs fails, it does not keep the machine
MINUTES = {"pure": 10, "odoo": 15, "tours": 10, "e2e": 20, "chaos": 240}

# Tests undo what they do: to autovacuum the tables of entries look empty, and the plans
# that Odoo's joins get for empty tables take minutes once a test has filled them.
KEEP_STATISTICS = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT relname FROM pg_class
                 WHERE relkind = 'r' AND relname ~ '^account_(move|payment|partial)'
    LOOP
        EXECUTE 'ALTER TABLE ' || quote_ident(name)
                || ' SET (autovacuum_enabled = off)';
    END LOOP;
END $$
"""


class Tiers:
    """Runs tiers on a set-up machine.

    paths_given: files or folders to limit the run to. more: arguments for pytest.
    keep: keep the databases of the test runs, and say their names.
    """

    def __init__(self, machine: Context, paths_given, more, keep: bool):
        self.machine = machine
        self.given = [Path(path).resolve() for path in paths_given]
        self.common = list(more)
        self.keep = keep

    def run(self, name: str) -> Result:
        """Run one tier and measure it."""
        print(f"\n==> tier {name}", flush=True)
        started = time.monotonic()
        result = getattr(self, f"_{name}")()
        result.seconds = time.monotonic() - started
        return result

    def _lint(self) -> Result:
        return lint.run(self.machine, self.given)

    def _pure(self) -> Result:
        """In two parts, for they keep a processor busy."""
        targets = self._inside([paths.ROOT / folder for folder in PURE])
        files = {file for target in targets for file in _test_files(target)}
        parts = _split(sorted(files), PARALLEL if len(files) > PARALLEL else 1)
        if not parts:
            return Result("pure", notes=[NOTHING])
        runs = [
            self._plain_run("pure", f"pure-{number}", part)
            for number, part in enumerate(parts, 1)
        ]
        return run_all(runs, minutes=MINUTES["pure"])

    def _e2e(self) -> Result:
        """File by file, two at a time, for most of the time is spent waiting."""
        targets = self._inside([paths.ROOT / "tests/e2e"])
        files = {file for target in targets for file in _test_files(target)}
        if not files:
            return Result("e2e", notes=[NOTHING])
        longest_first = sorted(
            files, key=lambda path: (not path.match(LONGEST), -path.stat().st_size)
        )
        runs = [
            self._plain_run("e2e", f"e2e-{file.stem}", [file]) for file in longest_first
        ]
        return run_all(runs, minutes=MINUTES["e2e"], at_once=PARALLEL)

    def _chaos(self) -> Result:
        targets = self._inside([paths.ROOT / "tests/chaos"])
        if not any(_has_tests(target) for target in targets):
            return Result("chaos", notes=[NOTHING])
        run = self._plain_run("chaos", "chaos", targets)
        return run_all([run], minutes=MINUTES["chaos"])

    def _odoo(self) -> Result:
        files = self._addon_tests(lambda path: not path.match(TOURS))
        return self._in_odoo("odoo", files)

    def _tours(self) -> Result:
        files = self._addon_tests(lambda path: path.match(TOURS))
        reason = ensure_chromium() if files else None
        if reason:
            return Result("tours", skipped=len(files), notes=[f"skipped: {reason}"])
        return self._in_odoo("tours", files)

    def _plain_run(self, tier: str, name: str, targets: list[Path]) -> PytestRun:
        return PytestRun(tier, name, ["-p", "no:odoo", *self.common, *targets])

    def _addon_tests(self, wanted: Callable[[Path], bool]) -> list[Path]:
        folders = self._inside(sorted(paths.ADDONS.glob("*/tests")))
        files = {file for folder in folders for file in _test_files(folder)}
        return sorted(filter(wanted, files))

    def _in_odoo(self, tier: str, files: list[Path]) -> Result:
        """Tests in pytest-odoo, in parallel parts, each on a database of its own."""
        if not files:
            return Result(tier, notes=[NOTHING])
        used = {file.relative_to(paths.ADDONS).parts[0] for file in files}
        template = self.machine.databases.suite_template(
            tuple(sorted(used)) if self.given else addons.product()
        )
        parts = _split(files, PARALLEL if len(files) > PARALLEL else 1)
        with ExitStack() as stack:
            runs = [
                self._odoo_run(stack, tier, number, part, template)
                for number, part in enumerate(parts, 1)
            ]
            return run_all(runs, minutes=MINUTES[tier])

    def _odoo_run(self, stack, tier, number, files, template) -> PytestRun:
        databases = self.machine.databases
        if self.keep:
            database = f"{tier}_{number}_kept"
            databases.drop(database)
            databases.copy(template, database)
            print(f"  keeping database {database}", flush=True)
        else:
            database = stack.enter_context(databases.scratch(template, tier))
        databases.server.query(KEEP_STATISTICS, database=database)
        arguments = [
            f"--odoo-config={databases.pytest_conf_file()}",
            f"--odoo-database={database}",
            "--odoo-http",
            *self.common,
            *files,
        ]
        environment = self.machine.source.environment()
        return PytestRun(tier, f"{tier}-{number}", arguments, environment)

    def _inside(self, folders: list[Path]) -> list[Path]:
        """The given paths inside these folders; without any given, the folders."""
        if not self.given:
            return [folder for folder in folders if folder.exists()]
        inside = [
            path
            for path in self.given
            for folder in folders
            if folder == path or folder in path.parents
        ]
        above = [
            folder
            for folder in folders
            for path in self.given
            if path in folder.parents and folder.exists()
        ]
        return inside + above


def tiers_of(given: list[str], all_tiers: tuple[str, ...]) -> tuple[str, ...]:
    """The tiers that paths on the command line belong to (all for none)."""
    if not given:
        return all_tiers
    found: list[str] = []
    for path in map(Path, given):
        resolved = path.resolve()
        if not resolved.exists() or not resolved.is_relative_to(paths.ROOT):
            sys.exit(f"There is no {path} here. One test by its name: FILE -k NAME.")
        parts = resolved.relative_to(paths.ROOT).parts[:2]
        if parts in {(), ("tests",)}:
            found += all_tiers if not parts else ("pure", "e2e")
        elif parts[0] == "addons":
            found += ["tours"] if resolved.match(TOURS) else ["odoo"]
            if resolved.is_dir():
                found.append("tours")
        elif parts in {("tests", "e2e"), ("tests", "chaos")}:
            found.append(parts[1])
        else:
            found.append("pure")
    return tuple(dict.fromkeys(found))


def _test_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("test_*.py"))


def _has_tests(path: Path) -> bool:
    return bool(_test_files(path))


def _split(files: list[Path], count: int) -> list[list[Path]]:
    """Cut the files into parts of about the same size, whole files only."""
    parts: list[list[Path]] = [[] for _ in range(count)]
    weights = [0] * count
    for file in sorted(files, key=lambda path: -path.stat().st_size):
        lightest = weights.index(min(weights))
        parts[lightest].append(file)
        weights[lightest] += file.stat().st_size
    return [sorted(part) for part in parts if part]
