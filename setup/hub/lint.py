"""The checks that need no running code: ruff, pylint-odoo, OCA's hooks, what every
addon must have.
"""

import subprocess
from pathlib import Path

from . import addons, paths, pot
from .context import Context
from .results import Result

README = ("DESCRIPTION", "CONFIGURE", "USAGE")
PYPROJECT = '[build-system]\nrequires = ["whool"]\nbuild-backend = "whool.buildapi"\n'


def run(machine: Context, given: list[Path]) -> Result:
    """Run every check on the given paths, or on all of the project."""
    result = Result("lint")
    for name, command in _commands(given):
        done = subprocess.run(
            list(map(str, command)),
            cwd=paths.ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=machine.source.environment(),
        )
        _count(result, name, done.returncode == 0, done.stdout)
    if not given:
        missing = [line for name in addons.product() for line in _missing(name)]
        _count(result, "files of every addon", not missing, "\n".join(missing))
        stale = "\n".join(map(str, pot.stale(machine)))
        advice = f"Run ./setup/pot: out of date are\n{stale}"
        _count(result, "i18n/*.pot are up to date", not stale, advice)
    return result


def _count(result: Result, name: str, passed: bool, output: str) -> None:
    print(f"  {'ok    ' if passed else 'FAILED'} {name}", flush=True)
    if passed:
        result.passed += 1
        return
    result.failed += 1
    result.notes.append(f"FAILED {name}")
    print(output, flush=True)


def _commands(given: list[Path]):
    bin_folder = paths.VENV / "bin"
    everything = [paths.ROOT / name for name in ("addons", "setup", "tests")]
    targets = given or [path for path in everything if path.exists()]
    yield "ruff check", [bin_folder / "ruff", "check", *targets]
    yield "ruff format", [bin_folder / "ruff", "format", "--check", *targets]
    if given:
        return
    folders = [paths.ADDONS / name for name in addons.product()]
    if folders:
        pylint = [bin_folder / "pylint", f"--rcfile={paths.ROOT / '.pylintrc'}"]
        yield "pylint-odoo", [*pylint, *folders]
        yield (
            "oca-checks-odoo-module",
            [bin_folder / "oca-checks-odoo-module", *folders],
        )
        files = [file for folder in folders for file in folder.glob("i18n/*.po*")]
        if files:
            yield "oca-checks-po", [bin_folder / "oca-checks-po", *files]


def _missing(name: str) -> list[str]:
    """What an addon must have and has not, one line each."""
    folder = paths.ADDONS / name
    wanted = [folder / "readme" / f"{part}.md" for part in README]
    wanted += [folder / "i18n" / f"{name}.pot", folder / "static/description/icon.png"]
    lines = [f"{path.relative_to(paths.ROOT)} is missing" for path in wanted]
    lines = [
        line for line, path in zip(lines, wanted, strict=True) if not path.exists()
    ]
    project = folder / "pyproject.toml"
    if not project.exists() or project.read_text() != PYPROJECT:
        lines.append(f"{project.relative_to(paths.ROOT)} must be:\n{PYPROJECT}")
    return lines
