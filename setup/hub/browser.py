"""Chromium for the browser tours: the one that is there, else Debian's where we may
install it.
"""

import os
import shutil
import subprocess

from . import paths, progress
from .errors import SetupError

NAMES = ("google-chrome", "chromium", "chromium-browser")


def ensure_chromium() -> str | None:
    """Make sure of a browser; return why there is none, or None."""
    if any(map(shutil.which, NAMES)):
        return None
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return "no Chromium here, and only root may install it (apt install chromium)"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    log = paths.LOGS / "chromium.log"
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    with progress.step("Chromium for the browser tours"):
        try:
            subprocess.run(["apt-get", "-q", "update"], stdout=subprocess.DEVNULL)
            progress.run(install, log=log, env=environment, what="installing Chromium")
        except SetupError as error:
            return f"Chromium could not be installed: {str(error).splitlines()[0]}"
    return None
