"""Odoo 19: a tree that the user names, else one that Python can import, else Debian's
package.
"""

import importlib.util
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from . import debian, paths, progress
from .errors import SetupError
from .locks import locked, write_atomic

SERIES = "19.0"
QUEUE_JOB = "odoo-addon-queue-job==19.0.2.4.0.1"


@dataclass(frozen=True)
class OdooSource:
    """A runnable Odoo.

    python_path: folder to put on PYTHONPATH, so that `import odoo` works. script: the
    program to start. Never `python -m odoo`: with workers its gevent process cannot
        import Odoo and is started again 25 times a second.
    addons: folders of Odoo's own addons. extra: more folders, such as that of the test
    addons.
    """

    python_path: Path
    script: Path
    addons: tuple[Path, ...]
    extra: tuple[Path, ...] = ()

    @property
    def addons_path(self) -> str:
        """The value of `addons_path` in odoo.conf: Odoo's folders, OCA's, ours."""
        folders = (*self.addons, queue_job_folder(), paths.ADDONS, *self.extra)
        return ",".join(str(folder) for folder in folders if folder.is_dir())

    def environment(self) -> dict[str, str]:
        """The process environment in which this Odoo can be imported."""
        return {**os.environ, "PYTHONPATH": str(self.python_path)}


def ensure() -> OdooSource:
    """Find or fetch Odoo 19 (ODOO_SOURCE names a tree of the user's own) and OCA's
    queue_job.
    """
    tree = os.environ.get("ODOO_SOURCE")
    if tree:
        source = _from_tree(Path(tree).expanduser().absolute())
    else:
        source = _importable() or _from_tree(_debian_tree())
    _check_series(source)
    _ensure_queue_job()
    return source


def _from_tree(tree: Path) -> OdooSource:
    """Understand a git checkout (odoo-bin), or the layout of Debian's package
    (usr/bin/odoo).
    """
    packaged = tree / "usr/lib/python3/dist-packages"
    if (tree / "odoo-bin").is_file():
        folders = (tree / "addons", tree / "odoo" / "addons")
        return OdooSource(tree, tree / "odoo-bin", folders)
    if (tree / "usr/bin/odoo").is_file() and (packaged / "odoo").is_dir():
        folders = (packaged / "addons", packaged / "odoo" / "addons")
        return OdooSource(packaged, tree / "usr/bin/odoo", folders)
    raise SetupError(
        f"{tree} is no Odoo source tree: it has neither odoo-bin nor usr/bin/odoo. "
        "Point ODOO_SOURCE or --odoo at a checkout of Odoo 19, or leave both away."
    )


def _importable() -> OdooSource | None:
    """An Odoo that is installed for the Python that started set-up, without its other
    packages.

    A folder with nothing but a link to `odoo` goes on the path: the site's own packages
    would otherwise hide the pinned ones.
    """
    link = _importable_link()
    script = shutil.which("odoo") or shutil.which("odoo-bin")
    if not script or not link.exists():
        return None
    package = link.resolve()
    folders = (package.parent / "addons", package / "addons")
    return OdooSource(link.parent, Path(script), folders)


def remember_importable() -> None:
    """Note, before the virtual environment is entered, whether the user's Python has
    Odoo.
    """
    if Path(sys.prefix).resolve() == paths.VENV.resolve():
        return
    try:
        spec = importlib.util.find_spec("odoo.release")
    except ModuleNotFoundError:
        spec = None
    link = _importable_link()
    link.unlink(missing_ok=True)
    if spec:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path(spec.origin).parent)


def _importable_link() -> Path:
    return paths.STATE / "odoo-import" / "odoo"


def _debian_tree() -> Path:
    current = paths.CACHE / "odoo" / "current"
    if current.is_file():
        tree = paths.CACHE / "odoo" / current.read_text().strip()
        if tree.is_dir():
            return tree
    with locked(paths.CACHE / "odoo.lock", waiting_for="another download of Odoo"):
        if current.is_file():
            return paths.CACHE / "odoo" / current.read_text().strip()
        with progress.step("Odoo 19 from Debian's package (130 MB, 1.2 GB unpacked)"):
            tree = debian.unpack_odoo(paths.CACHE / "odoo")
        write_atomic(current, tree.name)
        return tree


def _check_series(source: OdooSource) -> None:
    release = (source.python_path / "odoo" / "release.py").read_text()
    found = re.search(r"^version_info = \((\d+), (\d+)", release, re.MULTILINE)
    series = ".".join(found.groups()) if found else "unknown"
    if series != SERIES:
        raise SetupError(
            f"{source.python_path} is Odoo {series}; Channel Hub needs Odoo {SERIES}. "
            "Set ODOO_SOURCE (or --odoo) to a source tree of that series."
        )


def queue_job_folder() -> Path:
    """The addons folder that holds OCA's queue_job."""
    return paths.CACHE / "addons" / QUEUE_JOB / "odoo" / "addons"


def _ensure_queue_job() -> None:
    folder = queue_job_folder()
    if folder.is_dir():
        return
    target = folder.parents[1]
    with locked(paths.CACHE / "addons.lock", waiting_for="another download"):
        if folder.is_dir():
            return
        part = target.with_name(target.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        # --no-deps: the wheel asks for a distribution named odoo, which is here as a
        # folder
        command = [
            paths.python(),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
        ]
        command += ["--no-deps", "--target", part, QUEUE_JOB]
        progress.run(command, log=paths.LOGS / "queue_job.log", what="queue_job")
        part.rename(target)
