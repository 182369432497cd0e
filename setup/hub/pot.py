"""The .pot files of our addons: exported by Odoo, compared without their dates."""

import re
import tempfile
from pathlib import Path

from . import addons, paths, progress
from .context import Context
from .locks import write_atomic

DATES = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date):.*\n', re.MULTILINE)


def stale(machine: Context, names=()) -> dict[Path, str]:
    """The .pot files that differ from what Odoo exports now, with their new text.

    names: addons to look at; all of the product when empty.
    """
    names = tuple(names) or addons.product()
    databases = machine.databases
    with (
        databases.scratch(databases.suite_template(), "pot") as database,
        tempfile.TemporaryDirectory() as folder,
    ):
        fresh = {}
        for name in names:
            file = Path(folder) / f"{name}.pot"
            _export(machine, database, name, file)
            fresh[paths.ADDONS / name / "i18n" / file.name] = file.read_text()
    return {path: text for path, text in fresh.items() if _differs(path, text)}


def write(machine: Context, names=()) -> list[Path]:
    """Bring the .pot files up to date; return those that changed."""
    changed = stale(machine, names)
    for path, text in changed.items():
        write_atomic(path, text)
    return list(changed)


def _export(machine: Context, database: str, name: str, file: Path) -> None:
    script = [paths.python(), machine.source.script, "i18n", "export"]
    where = ["-c", machine.databases.conf_file(), "-d", database, "-o", file]
    progress.run(
        [*script, *where, name],
        log=paths.LOGS / f"pot-{name}.log",
        env=machine.source.environment(),
        what=f"exporting the terms of {name}",
    )


def _differs(path: Path, text: str) -> bool:
    there = path.read_text() if path.exists() else ""
    return DATES.sub("", there) != DATES.sub("", text)
