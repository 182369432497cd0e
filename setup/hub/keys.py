"""The only maker of the secret key file: Fernet keys, one a line, the newest first,
mode 0600.

Odoo itself never makes one: a copy of a database that lands beside another key file
must refuse to work rather than quietly begin anew.
"""

import base64
import os
from pathlib import Path

from . import paths
from .errors import SetupError
from .locks import write_atomic


def new_key() -> str:
    """One Fernet key: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def ensure(path: Path) -> Path:
    """Make the key file where there is none; an existing one is never touched."""
    _make_folder(path.absolute().parent)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        _check(path)
        return path
    with os.fdopen(handle, "w") as file:
        file.write(new_key() + "\n")
    return path


def rotate(path: Path) -> None:
    """Put a new key before the old ones: new secrets use it, old ones can still be
    read.
    """
    _check(path)
    write_atomic(path, f"{new_key()}\n{path.read_text()}", mode=0o600)


def _make_folder(folder: Path) -> None:
    """Make the key's folder where there is none.

    The key is handed to Odoo's user, who must be able to pass its folder. The keys of
    this checkout are handed to nobody.
    """
    if folder.is_relative_to(paths.STATE):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        one.chmod(0o755)  # whatever the umask


def _check(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise SetupError(f"{path} can be read by others. Run: chmod 600 {path}")
    lines = path.read_text().split()
    if not lines or any(len(line) != 44 for line in lines):
        raise SetupError(
            f"{path} does not hold Fernet keys, one a line. If it is damaged, put "
            "back your copy of it: without it the stored credentials cannot be read."
        )
