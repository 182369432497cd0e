"""Odoo as in production: prefork HTTP workers, cron, and queue_job's runner.

with context.ready() as machine, Hub(machine, "my_database") as hub:
    hub.call("sale.order", "search_count", [])
"""

import subprocess
from pathlib import Path

import psutil
import requests

from . import conf, paths
from .context import Context
from .database import server_conf
from .errors import SetupError
from .process import Process, free_port, wait_until
from .progress import tail

KINDS = {
    "WorkerHTTP": "http",
    "WorkerCron": "cron",
    "WorkerJobRunner": "runner",
}
RUNNER_READY = "queue job runner ready for db"


class RpcError(Exception):
    """Odoo answered a call with an error; `name` is the exception's class."""

    def __init__(self, error: dict):
        data = error.get("data") or {}
        self.name = data.get("name", "")
        self.debug = data.get("debug", "")
        super().__init__(data.get("message") or error.get("message"))


class Hub:
    """One Odoo server on one database, started and stopped by set-up.

    machine: what `context.ready()` gives. database: an existing database. port,
    gevent_port: TCP ports; free ones when None. workers: HTTP workers (0 = threaded);
    None: those of the user's odoo.conf, else ours.
    options: more `[options]` of odoo.conf. queue_job: the section of that name, e.g.
    {"channels": "root:0"} for a server without a runner. environment: more variables.
    """

    def __init__(
        self,
        machine: Context,
        database: str,
        *,
        port: int | None = None,
        gevent_port: int | None = None,
        workers: int | None = None,
        options: dict[str, object] | None = None,
        queue_job: dict[str, object] | None = None,
        environment: dict[str, str] | None = None,
        log: Path | None = None,
    ):
        self.machine = machine
        self.database = database
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log or paths.LOGS / f"odoo-{database}.log"
        self.conf = self._write_conf(gevent_port, workers, options, queue_job)
        self._process = Process(
            [paths.python(), machine.source.script, "server", "-c", self.conf],
            log=self.log,
            environment={**machine.source.environment(), **(environment or {})},
        )
        self._session: requests.Session | None = None

    def __enter__(self) -> "Hub":
        self.start()
        return self

    def __exit__(self, *_exception) -> None:
        self.stop()

    def start(self, seconds: float = 90) -> None:
        """Start and return when Odoo answers and the runner has the database."""
        self.log.unlink(missing_ok=True)
        self._session = None
        self._process.start()
        if wait_until(self._ready_or_dead, seconds=seconds) and self._process.alive:
            return
        self._process.stop()
        raise SetupError(
            f"Odoo did not start on {self.database} within {seconds:.0f} s. "
            f"Its log is {self.log}; it ends with:\n{tail(self.log, 25)}"
        )

    def stop(self, grace: float = 10.0) -> None:
        """End the server with everything it started."""
        self._process.stop(grace)

    @property
    def alive(self) -> bool:
        """Whether the server's main process is running."""
        return self._process.alive

    def pids(self) -> dict[str, list[int]]:
        """Process ids by kind: main, http, cron, runner, gevent."""
        found: dict[str, list[int]] = {"main": [self._process.pid]}
        for process in self._process.members()[1:]:
            try:
                words = " ".join(process.cmdline()).split()
            except psutil.NoSuchProcess:
                continue
            kind = KINDS.get(words[1] if words[:1] == ["odoo:"] else "", "gevent")
            found.setdefault(kind, []).append(process.pid)
        return found

    def kill(self, pid: int) -> None:
        """SIGKILL one process of this server; Odoo starts another in its place."""
        if pid not in {process.pid for process in self._process.members()}:
            raise ValueError(f"process {pid} is not part of this server")
        psutil.Process(pid).kill()

    def kill_worker(self, kind: str = "http") -> int:
        """SIGKILL one worker of a kind (http, cron, runner, gevent); return its process
        id.
        """
        pid = self.pids()[kind][0]
        self.kill(pid)
        return pid

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a public method as the administrator, as the web client does.

        Raises RpcError when Odoo answers with an error.
        """
        if self._session is None:
            self._session = requests.Session()
            self._post(
                "/web/session/authenticate",
                {"db": self.database, "login": "admin", "password": "admin"},
            )
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def sql(self, statement: str, parameters=()) -> list[tuple]:
        """Run one SQL statement in the database, outside Odoo."""
        return self.machine.server.query(statement, parameters, database=self.database)

    def shell(self, code: str) -> str:
        """Run Python with `env` in a second process, as `odoo shell`; return what it
        prints.

        Nothing is committed unless the code does so. Raises CalledProcessError on a
        traceback.
        """
        script = paths.python(), self.machine.source.script
        return subprocess.run(
            [
                *map(str, script),
                "shell",
                "-c",
                str(self.conf),
                "--no-http",
                "--workers=0",
            ]
            + ["--log-level=warn"],
            input=code,
            text=True,
            check=True,
            stdout=subprocess.PIPE,
            env=self.machine.source.environment(),
        ).stdout

    def _post(self, path: str, params: dict):
        answer = self._session.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=600,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            raise RpcError(body["error"])
        return body.get("result")

    def _ready_or_dead(self) -> bool:
        if not self._process.alive:
            return True
        if self._with_runner and RUNNER_READY not in self.log.read_text(
            errors="replace"
        ):
            return False
        try:
            return requests.get(self.url + "/web/health", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    def _write_conf(self, gevent_port, workers, options, queue_job) -> Path:
        section = {"port": self.port, **(queue_job or {})}
        own = int(self.machine.base.get("options", {}).get("workers") or 0)
        self._with_runner = not str(section.get("channels", "")).startswith("root:0")
        return conf.write(
            server_conf(self.database, self.port),
            self.machine.source,
            self.machine.server,
            base=self.machine.base,
            options={
                "http_port": self.port,
                "gevent_port": gevent_port or free_port(),
                "workers": workers if workers is not None else own or conf.HTTP_WORKERS,
                "db_name": self.database,
                **(options or {}),
            },
            queue_job=section,
        )
