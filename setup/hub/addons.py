"""The addons of this repository: which there are, what they need, when they changed."""

import ast
from pathlib import Path

from . import paths
from .locks import digest_files

FOLDERS = (paths.ADDONS, paths.TEST_ADDONS)
INSTALLING = {".py", ".xml", ".csv", ".sql"}
# changes in these take effect without an update of the database
NOT_INSTALLED = {"tests", "adapter", "__pycache__", "readme", "doc"}


def product() -> tuple[str, ...]:
    """Names of the addons that users get, sorted; those for tests only are not among
    them.
    """
    return tuple(sorted(_found(paths.ADDONS)))


def manifest(name: str) -> dict:
    """The manifest of one of our addons."""
    return ast.literal_eval((_all()[name] / "__manifest__.py").read_text())


def closure(chosen) -> tuple[str, ...]:
    """Our addons that an installation of `chosen` brings along, sorted.

    These are what they depend on, and glue that Odoo installs by itself once all it
    depends on is there (modules of Odoo and OCA are taken as being there).
    """
    ours = _all()
    found: set[str] = set()
    wanted = [name for name in chosen if name in ours]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += [other for other in _depends(name) if other in ours]
        if not wanted:
            wanted = [
                glue for glue in ours if glue not in found and _joins(glue, found)
            ]
    return tuple(sorted(found))


def versions(names) -> dict[str, str]:
    """By addon, a short name for all of it that decides what an installation leaves."""
    return {name: _digest(_all()[name]) for name in sorted(names)}


def _digest(folder: Path) -> str:
    files = (
        path
        for path in folder.rglob("*")
        if path.suffix in INSTALLING
        and path.is_file()
        and NOT_INSTALLED.isdisjoint(path.relative_to(folder).parts)
    )
    return digest_files(files, folder)


def _found(folder: Path) -> dict[str, Path]:
    return {path.parent.name: path.parent for path in folder.glob("*/__manifest__.py")}


def _all() -> dict[str, Path]:
    return {name: path for folder in FOLDERS for name, path in _found(folder).items()}


def _depends(name: str) -> list[str]:
    return manifest(name).get("depends", [])


def _joins(glue: str, installed: set[str]) -> bool:
    """Whether Odoo would install this addon by itself beside `installed`."""
    if not manifest(glue).get("auto_install"):
        return False
    ours = _all()
    return all(name in installed for name in _depends(glue) if name in ours)
