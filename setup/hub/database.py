"""Databases of one PostgreSQL server: copy, drop, install modules, run code in them."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import conf, paths, progress
from .odoo_source import OdooSource
from .postgres import Server

CONFS = paths.STATE / "conf"


def server_conf(database: str, port: int) -> Path:
    """The odoo.conf of the server on a database and a port."""
    return CONFS / f"{database}-{port}.conf"


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
        files = self.files_of(template)
        shutil.rmtree(self.files_of(name), ignore_errors=True)
        if files.exists():
            # files are named after their content and never change: links will do
            shutil.copytree(files, self.files_of(name), copy_function=os.link)

    def drop(self, name: str) -> None:
        """Drop a database, its files and its servers' odoo.conf, whoever is still
        connected.
        """
        self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.files_of(name), ignore_errors=True)
        for file in CONFS.glob("*-*.conf"):
            if file.stem.rpartition("-")[0] == name:
                file.unlink(missing_ok=True)

    @contextmanager
    def scratch(self, template: str, label: str = "test") -> Iterator[str]:
        """The name of a copy of a template that is dropped at the end of this block."""
        name = f"{label}_{os.getpid()}_{secrets.token_hex(3)}"
        self.copy(template, name)
        try:
            yield name
        finally:
            self.drop(name)

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
        return self._write_conf("tests.conf" if self.source.extra else "odoo.conf")

    def pytest_conf_file(self) -> Path:
        """The same for pytest-odoo: its web server must not start queue_job's runner.

        Tests that commit would else see their jobs run by themselves.
        """
        return self._write_conf("pytest.conf", queue_job={"channels": "root:0"})

    def _write_conf(self, name: str, **more) -> Path:
        return conf.write(
            CONFS / name, self.source, self.server, base=self.base, **more
        )

    def rename(self, old: str, new: str) -> None:
        """Give a database and its files another name; nobody may be connected."""
        shutil.rmtree(self.files_of(new), ignore_errors=True)
        if self.files_of(old).exists():
            self.files_of(old).rename(self.files_of(new))
        self.server.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def files_of(self, name: str) -> Path:
        """The folder of a database's attachments."""
        data = self.base.get("options", {}).get("data_dir") or paths.DATA
        return Path(data) / "filestore" / name
