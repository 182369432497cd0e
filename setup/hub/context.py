"""What every command needs first: the environment, Odoo, a PostgreSQL server, the databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import conf, odoo_source, postgres
from .database import Databases
from .odoo_source import OdooSource
from .postgres import Server


@dataclass(frozen=True)
class Context:
    """A set-up machine: what the commands work with.

    base: the sections of the user's own odoo.conf, empty without one.
    """

    source: OdooSource
    server: Server
    databases: Databases
    base: dict[str, dict[str, str]]


@contextmanager
def ready(odoo: str | None = None, conf_file: Path | None = None) -> Iterator[Context]:
    """Provide whatever is missing, and PostgreSQL for the length of this block."""
    base = conf.read(conf_file)
    source = odoo_source.ensure(odoo)
    with postgres.running(base.get("options")) as server:
        yield Context(source, server, Databases(source, server), base)
