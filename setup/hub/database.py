"""Databases: two levels of templates, and copies of them that take a second or two.

Level 1 has Odoo's and OCA's modules only and changes with them; level 2 has our addons
on top and is made anew whenever a file that installs something changes.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import addons as our_addons, conf, paths, progress
from .errors import SetupError
from .locks import digest, hold, locked, unless_held
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
ODOO = "hub_odoo_"
SUITE = "hub_suite_"
PART = "part_"
KEPT_ODOO = 2
KEPT_SUITES = 3
# which version of which of our addons a database has; its presence tells that set-up
# made the database
INSTALLED = "channel_hub.installed"


@dataclass(frozen=True)
class Databases:
    """The databases of one PostgreSQL server, made with one Odoo.

    base: the sections of the user's own odoo.conf, empty without one.
    """

    source: OdooSource
    server: Server
    base: dict[str, dict[str, str]]

    def exists(self, name: str) -> bool:
        """Whether there is a database of this name."""
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
        files = self._filestore(template)
        shutil.rmtree(self._filestore(name), ignore_errors=True)
        if files.exists():
            # files are named after their content and never change: links will do
            shutil.copytree(files, self._filestore(name), copy_function=os.link)

    def drop(self, name: str) -> None:
        """Drop a database and its files, whoever is still connected."""
        self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self._filestore(name), ignore_errors=True)

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
            self._drop_old(ODOO, KEPT_ODOO - 1)

        title = "template database with Odoo's modules (about a minute)"
        return self._build(f"{ODOO}{key[:10]}", title, make)

    def suite_template(self, addons: tuple[str, ...] | None = None) -> str:
        """Level 2: level 1 with our addons installed (all, or only those named)."""
        base = self.base_template()
        chosen = our_addons.closure(addons or our_addons.product())
        if not chosen:
            return base
        versions = our_addons.versions(chosen)
        key = digest(base, *versions, *versions.values())

        def make(part: str) -> None:
            self.copy(base, part)
            self.install(part, chosen)
            self.remember(part, versions)
            self._drop_old(SUITE, KEPT_SUITES - 1)

        title = f"template database with {', '.join(chosen)}"
        return self._build(f"{SUITE}{key[:10]}", title, make)

    def provide(self, name: str) -> bool:
        """Make sure of a database with our addons as they are; tell whether it is new.

        Raises SetupError for a database that set-up did not make.
        """
        if not self.exists(name):
            self.copy(self.suite_template(), name)
            return True
        there = self.installed(name)
        wanted = our_addons.versions(our_addons.closure(our_addons.product()))
        new = [addon for addon in wanted if addon not in there]
        changed = [a for a in wanted if a in there and there[a] != wanted[a]]
        for addons, update in ((new, False), (changed, True)):
            if addons:
                verb = "updating" if update else "installing"
                with progress.step(f"{verb} {', '.join(addons)} in {name}"):
                    self.install(name, addons, update=update)
        if new or changed:
            self.remember(name, wanted)
        return False

    def installed(self, name: str) -> dict[str, str]:
        """Which version of our addons a database has, by name of the addon."""
        rows = []
        if self.server.query(
            "SELECT 1 FROM pg_tables WHERE tablename = 'ir_config_parameter'",
            database=name,
        ):
            rows = self.server.query(
                "SELECT value FROM ir_config_parameter WHERE key = %s",
                (INSTALLED,),
                database=name,
            )
        if not rows:
            raise SetupError(
                f"There is a database {name} that set-up did not make, and it is left "
                "alone. Choose another name with --database."
            )
        return json.loads(rows[0][0])

    def remember(self, name: str, versions: dict[str, str]) -> None:
        """Note in a database which version of our addons it has."""
        self.server.query(
            "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (INSTALLED, json.dumps(versions)),
            database=name,
        )

    def install(self, name: str, modules, *, update: bool = False) -> None:
        """Install (or update) modules in a database, without a server."""
        flag = "--update" if update else "--init"
        command = [*self.odoo(name), flag, ",".join(modules), "--stop-after-init"]
        progress.run(
            [*command, "--no-http"],
            log=paths.LOGS / f"install-{name}.log",
            env=self.source.environment(),
            what="updating modules" if update else "installing modules",
        )

    def shell(self, name: str, code: str) -> None:
        """Run Python code with `env` in a database, as `odoo shell` does."""
        progress.run(
            [*self.odoo(name, "shell"), "--no-http"],
            log=paths.LOGS / f"shell-{name}.log",
            env=self.source.environment(),
            what="odoo shell",
            text=code,
        )

    def odoo(self, name: str, command: str = "server") -> list[str]:
        """The command line of Odoo on a database."""
        program = [paths.python(), self.source.script, command]
        return [*map(str, program), "-c", str(self.conf_file()), "-d", name]

    def conf_file(self) -> Path:
        """An odoo.conf without database or port, for single commands."""
        name = "tests.conf" if self.source.extra else "odoo.conf"
        file = paths.STATE / "conf" / name
        return conf.write(file, self.source, self.server, base=self.base)

    def _build(self, name: str, title: str, make: Callable[[str], None]) -> str:
        """Build a template under a passing name; its own comes when it is complete."""
        in_use = paths.LOCKS / f"use-{name}"
        hold(in_use)
        if self.exists(name):
            return name
        lock = paths.LOCKS / f"db-{name}"
        with locked(lock, waiting_for="the template that another command is building"):
            if not self.exists(name):
                self._drop_unfinished()
                part = f"{PART}{name}"
                self.drop(part)
                with progress.step(title):
                    make(part)
                self._rename(part, name)
        return name

    def _drop_unfinished(self) -> None:
        """Drop what interrupted builds left, and nobody is building now."""
        for part in self.names(PART):
            name = part.removeprefix(PART)
            with unless_held(paths.LOCKS / f"db-{name}") as free:
                if free:
                    self.drop(part)

    def _rename(self, old: str, new: str) -> None:
        shutil.rmtree(self._filestore(new), ignore_errors=True)
        if self._filestore(old).exists():
            self._filestore(old).rename(self._filestore(new))
        self.server.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def _drop_old(self, prefix: str, keep: int) -> None:
        """Drop all but the newest templates; those that a command uses stay."""
        for name in self.names(prefix)[:-keep]:
            with unless_held(paths.LOCKS / f"use-{name}") as free:
                if free:
                    self.drop(name)

    def _filestore(self, name: str) -> Path:
        data = self.base.get("options", {}).get("data_dir") or paths.DATA
        return Path(data) / "filestore" / name
