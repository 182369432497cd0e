"""What every command needs first: the environment, Odoo, a PostgreSQL server, the
databases.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from . import conf, odoo_source, paths, postgres, progress
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
    _warn_of_lanes(conf_file, base)
    source = odoo_source.ensure()
    if tests:
        source = replace(source, extra=(paths.TEST_ADDONS,))
    with postgres.running(base.get("options")) as server:
        yield Context(source, server, Templates(source, server, base), base)


def _warn_of_lanes(conf_file: Path | None, base: dict[str, dict[str, str]]) -> None:
    """Say which lanes the user's own odoo.conf lacks; it is used as it is."""
    lanes = conf.missing_lanes(base)
    if not lanes:
        return
    wanted = ",".join(f"{lane}:1" for lane in lanes)
    progress.say(
        f"WARNING: `channels` in the section [queue_job] of {conf_file} lacks lanes of "
        f"one job at a time: {', '.join(lanes)}. Their jobs will run side by side, "
        "wait for each other and be tried again, and the last unit may be promised "
        f"twice. Add there: {wanted} (odoo.conf.example has all lanes)."
    )
