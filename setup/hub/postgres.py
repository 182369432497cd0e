"""PostgreSQL: the server that the user names, else one of this checkout's own, embedded
by a wheel.

Every command that uses the embedded cluster holds a shared lock for as long as it runs;
the last one to leave stops the server. The kernel drops the locks of a killed command,
so the count is never off.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2

from . import embedded, paths
from .errors import SetupError
from .locks import locked

ROLE = "odoo"


@dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL server; empty values are left to libpq."""

    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""

    def options(self) -> dict[str, str]:
        """Odoo's `db_*` options for this server."""
        pairs = zip(("host", "port", "user", "password"), self._values(), strict=True)
        return {f"db_{name}": value for name, value in pairs if value}

    def environment(self) -> dict[str, str]:
        """The PG* variables for this server, for psql and its friends."""
        names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
        return {n: v for n, v in zip(names, self._values(), strict=True) if v}

    def connect(self, database: str = "postgres"):
        """A psycopg2 connection in autocommit mode.

        Raises SetupError when the server does not let us in.
        """
        keys = ("host", "port", "user", "password")
        arguments = {k: v for k, v in zip(keys, self._values(), strict=True) if v}
        try:
            connection = psycopg2.connect(dbname=database, **arguments)
        except psycopg2.OperationalError as error:
            raise SetupError(
                f"PostgreSQL does not let us in: {error}Check db_host, db_port, "
                "db_user and db_password of your odoo.conf, or PGHOST, PGPORT, PGUSER "
                "and PGPASSWORD; without them set-up runs a server of its own."
            ) from error
        connection.autocommit = True
        return connection

    def query(self, sql: str, parameters=(), database: str = "postgres") -> list[tuple]:
        """Run one statement and return its rows (none for a statement without a
        result).
        """
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return cursor.fetchall() if cursor.description else []
        except psycopg2.errors.InsufficientPrivilege as error:
            raise SetupError(
                f"PostgreSQL's {self.user} may not do this: {error}"
                "It must be allowed to make databases: ALTER ROLE name CREATEDB."
            ) from error
        finally:
            connection.close()

    def _values(self) -> tuple[str, ...]:
        return self.host, self.port, self.user, self.password


@contextmanager
def running(options: dict[str, str] | None = None) -> Iterator[Server]:
    """A PostgreSQL server for the length of this block.

    options: the `[options]` of the user's odoo.conf, whose db_* values name a server.
    """
    named = _named(options or {})
    if named:
        yield named
        return
    paths.LOCKS.mkdir(parents=True, exist_ok=True)
    with (paths.LOCKS / "pg-users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with locked(paths.LOCKS / "pg-start", waiting_for="PostgreSQL"):
                server = _start()
            yield server
        finally:
            _stop_if_last(users)


def _named(options: dict[str, str]) -> Server | None:
    """The server of odoo.conf or of the PG* variables, if either names one."""
    values = [
        _value(options.get(f"db_{name}")) or os.environ.get(variable, "")
        for name, variable in (
            ("host", "PGHOST"),
            ("port", "PGPORT"),
            ("user", "PGUSER"),
            ("password", "PGPASSWORD"),
        )
    ]
    return Server(*values) if any(values) else None


def _value(option: str | None) -> str:
    """An option of odoo.conf, where "False" says that there is none."""
    return "" if option in (None, "False") else option


def _start() -> Server:
    """Start the cluster (or join the running one) and make sure of Odoo's role."""
    admin = Server(host=str(embedded.start()), user="postgres")
    if not admin.query("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,)):
        # Odoo refuses to run as the user named postgres
        admin.query(f"CREATE ROLE {ROLE} SUPERUSER LOGIN")
    return Server(host=admin.host, user=ROLE)


def _stop_if_last(users) -> None:
    """Stop the embedded server unless another command holds the shared lock."""
    with locked(paths.LOCKS / "pg-start", waiting_for="PostgreSQL"):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        embedded.stop()
