"""The virtual environment of this checkout, built from pinned requirements."""

import os
import subprocess
import sys

from . import paths, progress
from .errors import SetupError
from .locks import digest, locked, stamped, write_atomic

REQUIREMENTS = tuple(
    paths.ROOT / "setup" / name for name in ("requirements.txt", "requirements-dev.txt")
)
MINIMUM = (3, 11)


def ensure() -> None:
    """Build the environment, or update it where its requirements changed."""
    if sys.version_info < MINIMUM:
        raise SetupError("Python 3.11 or newer is needed; this is " + sys.version)
    wanted = digest(sys.version_info[:2], *(path.read_text() for path in REQUIREMENTS))
    stamp = paths.STATE / "venv.stamp"
    if stamped(stamp, wanted) and paths.python().exists():
        return
    with locked(paths.LOCKS / "venv", waiting_for="another set-up"):
        if stamped(stamp, wanted) and paths.python().exists():
            return
        with progress.step("Python environment with pinned requirements"):
            _build()
        write_atomic(stamp, wanted)


def _build() -> None:
    pip = [paths.python(), "-m", "pip"]
    if subprocess.call([*pip, "--version"], **_QUIET) if paths.python().exists() else 1:
        try:
            subprocess.run(
                [sys.executable, "-m", "venv", "--clear", paths.VENV], check=True
            )
        except subprocess.CalledProcessError as error:
            raise SetupError(
                "Python cannot make a virtual environment. On Debian: "
                "apt install python3-venv, then run this command again."
            ) from error
    install = [*pip, "install", "--disable-pip-version-check", "--no-deps"]
    for path in REQUIREMENTS:
        install += ["-r", path]
    progress.run(install, log=paths.LOGS / "pip.log", what="installing packages")


_QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def enter() -> None:
    """Make sure of the environment, then go on inside it (this call returns only
    there).
    """
    ensure()
    if os.path.realpath(sys.prefix) != os.path.realpath(paths.VENV):
        os.execv(paths.python(), [str(paths.python()), *sys.argv])
