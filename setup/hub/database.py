"""Databases: two levels of templates, and copies of them that take a second or two.

Level 1 has Odoo's and OCA's modules only and changes with them; level 2 has our addons
on top and is made anew whenever a file that installs something changes.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from . import addons as our_addons, conf, paths, progress
from .locks import digest, locked
from .odoo_source import QUEUE_JOB, OdooSource
from .postgres import Server

MODULES = (
    "account",
    "sale_management",
    "stock",
    "sale_stock",
    "delivery",
    "stock_delivery",
    "sale_mrp",
    "stock_dropshipping",
    "queue_job",
)
CHART = "generic_coa"
PREPARE = f"""
company = env.company
env["account.chart.template"].try_loading({CHART!r}, company, install_demo=False)
env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).ensure_one()
env["res.users"].browse(2).write({{"password": "admin"}})
env.cr.commit()
"""
SUITE = "hub_suite_"
KEPT_SUITES = 3


@dataclass(frozen=True)
class Databases:
    """The databases of one PostgreSQL server, made with one Odoo."""

    source: OdooSource
    server: Server

    def exists(self, name: str) -> bool:
        return bool(
            self.server.query("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        )

    def names(self, prefix: str) -> list[str]:
        """Databases whose name starts with `prefix`, the oldest first."""
        rows = self.server.query(
            "SELECT datname FROM pg_database"
            " WHERE starts_with(datname, %s) ORDER BY oid",
            (prefix,),
        )
        return [name for (name,) in rows]

    def copy(self, template: str, name: str) -> None:
        """Copy a database and its files; nobody may be connected to the template."""
        self.server.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self._copy_filestore(template, name)

    def drop(self, name: str) -> None:
        """Drop a database and its file store, whoever is still connected."""
        self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(_filestore(name), ignore_errors=True)

    @contextmanager
    def scratch(self, template: str, label: str = "test") -> Iterator[str]:
        """The name of a copy of a template that is dropped at the end of this block."""
        name = f"{label}_{os.getpid()}_{secrets.token_hex(3)}"
        self.copy(template, name)
        try:
            yield name
        finally:
            self.drop(name)

    def base_template(self) -> str:
        """Level 1: Odoo's and OCA's modules, chart of accounts, warehouse."""
        release = (self.source.python_path / "odoo/release.py").read_text()
        key = digest(self.source.python_path, release, QUEUE_JOB, *MODULES, PREPARE)

        def make(part: str) -> None:
            self.install(part, MODULES)
            self.shell(part, PREPARE)

        title = "template database with Odoo's modules (about a minute)"
        return self._build(f"hub_odoo_{key[:10]}", title, make)

    def suite_template(self, addons: tuple[str, ...] | None = None) -> str:
        """Level 2: level 1 with our addons installed (all of them, or only those
        named).
        """
        base = self.base_template()
        chosen = our_addons.closure(addons or our_addons.product())
        if not chosen:
            return base
        key = digest(base, *chosen, our_addons.digest(chosen))

        def make(part: str) -> None:
            self.copy(base, part)
            self.install(part, chosen)
            self._drop_old(SUITE, KEPT_SUITES - 1)

        title = f"template database with {', '.join(chosen)}"
        return self._build(f"{SUITE}{key[:10]}", title, make)

    def install(self, name: str, modules, *, update: bool = False) -> None:
        """Install (or update) modules in a database, without a server."""
        flag = "--update" if update else "--init"
        command = [
            *self.odoo(name),
            flag,
            ",".join(modules),
            "--stop-after-init",
            "--no-http",
        ]
        log = paths.LOGS / f"install-{name}.log"
        progress.run(
            command, log=log, env=self.source.environment(), what="installing modules"
        )

    def shell(self, name: str, code: str) -> None:
        """Run Python code with `env` in a database, as `odoo shell` does."""
        script = paths.STATE / f"shell-{os.getpid()}.py"
        script.write_text(code)
        command = [
            "sh",
            "-c",
            'script=$1; shift; exec "$@" < "$script"',
            "sh",
            script,
            *self.odoo(name, "shell"),
            "--no-http",
        ]
        log = paths.LOGS / f"shell-{name}.log"
        try:
            progress.run(
                command, log=log, env=self.source.environment(), what="odoo shell"
            )
        finally:
            script.unlink()

    def odoo(self, name: str, command: str = "server") -> list[str]:
        """The command line of Odoo on a database."""
        file = self.conf_file()
        program = [paths.python(), self.source.script, command]
        return [*map(str, program), "-c", str(file), "-d", name]

    def conf_file(self) -> Path:
        """An odoo.conf without database or port, for single commands."""
        name = "tests.conf" if self.source.extra else "odoo.conf"
        return conf.write(paths.STATE / "conf" / name, self.source, self.server)

    def _build(self, name: str, title: str, make: Callable[[str], None]) -> str:
        """Build a template under a passing name; it gets its own only when it is
        complete.
        """
        if self.exists(name):
            return name
        lock = paths.LOCKS / f"db-{name}"
        with locked(lock, waiting_for="the template that another command is building"):
            if not self.exists(name):
                part = f"part_{name}"
                self.drop(part)
                with progress.step(title):
                    make(part)
                self._rename(part, name)
        return name

    def _rename(self, old: str, new: str) -> None:
        if _filestore(old).exists():
            shutil.rmtree(_filestore(new), ignore_errors=True)
            _filestore(old).rename(_filestore(new))
        self.server.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def _drop_old(self, prefix: str, keep: int) -> None:
        """Drop all but the newest templates; one that is being copied stays for the
        next time.
        """
        for name in self.names(prefix)[:-keep]:
            with suppress(psycopg2.errors.ObjectInUse):
                self.server.query(f'DROP DATABASE IF EXISTS "{name}"')
                shutil.rmtree(_filestore(name), ignore_errors=True)

    def _copy_filestore(self, template: str, name: str) -> None:
        """Files are named after their content and never change, so links to them will
        do.
        """
        if _filestore(template).exists():
            shutil.rmtree(_filestore(name), ignore_errors=True)
            shutil.copytree(
                _filestore(template), _filestore(name), copy_function=os.link
            )


def _filestore(name: str) -> Path:
    return paths.DATA / "filestore" / name
