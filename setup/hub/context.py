"""What every command needs first: the environment, Odoo, a PostgreSQL server, the
databases.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from . import conf, odoo_source, paths, postgres
from .odoo_source import OdooSource
from .postgres import Server
from .templates import Templates


@dataclass(frozen=True)
class Context:
    """A set-up machine: what the commands work with.

    base: the sections of the user's own odoo.conf, empty without one.
    """

    source: OdooSource
    server: Server
    databases: Templates
    base: dict[str, dict[str, str]]


@contextmanager
def ready(conf_file: Path | None = None, *, tests: bool = False) -> Iterator[Context]:
    """Provide whatever is missing, and PostgreSQL for the length of this block.

    conf_file: the user's own odoo.conf. tests: put the addons that only tests use on
    the path too.
    """
    base = conf.read(conf_file)
    source = odoo_source.ensure()
    if tests:
        source = replace(source, extra=(paths.TEST_ADDONS,))
    with postgres.running(base.get("options")) as server:
        yield Context(source, server, Templates(source, server, base), base)
