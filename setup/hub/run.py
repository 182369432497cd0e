"""`setup/run`: the database, the simulator, Odoo, the demo; then wait for Ctrl-C."""

import time
from argparse import Namespace
from contextlib import contextmanager

from . import context, demo, paths, progress
from .context import Context
from .errors import SetupError
from .locks import unless_held
from .process import port_is_free
from .server import Hub
from .simulator import Simulator


def run(arguments: Namespace) -> int:
    """Everything between the command line and Ctrl-C.

    arguments: port, database, fresh, demo, conf as `setup/run --help` explains them.
    """
    started = time.monotonic()
    with context.ready(arguments.conf) as machine, _alone(arguments):
        name = arguments.database
        _provide(machine, name, arguments.fresh)
        with Simulator(paths.STATE / "simulator" / name) as simulator:
            hub = Hub(machine, name, port=arguments.port)
            with progress.step("Odoo with its workers and queue_job's runner"):
                hub.start()
            try:
                if arguments.demo:
                    demo.run(hub, simulator)
                _welcome(hub, simulator, time.monotonic() - started)
                _wait(hub, simulator)
            finally:
                progress.say("stopping ...")
                hub.stop()
    return 0


@contextmanager
def _alone(arguments: Namespace):
    """Refuse a second server on the same database or port."""
    lock = paths.LOCKS / f"run-{arguments.database}"
    with unless_held(lock) as free:
        if not free:
            raise SetupError(
                f"{arguments.database} is running already. Stop that one (Ctrl-C), or "
                "give this one a name of its own: --database NAME --port N."
            )
        if not port_is_free(arguments.port):
            raise SetupError(
                f"Port {arguments.port} is taken by another program. Choose another "
                "one: --port N."
            )
        yield


def _provide(machine: Context, name: str, fresh: bool) -> None:
    databases = machine.databases
    if fresh and databases.exists(name):
        databases.installed(name)  # refuses a database that set-up did not make
        databases.drop(name)
        Simulator.forget(paths.STATE / "simulator" / name)
    with progress.step(f"database {name}"):
        if databases.provide(name):
            progress.say("made from the template")


def _welcome(hub: Hub, simulator: Simulator, seconds: float) -> None:
    print(
        f"""
Ready after {seconds:.0f} s.

  Odoo        {hub.url}/odoo            login admin, password admin
  Channel Hub {hub.url}/odoo/action-channel_base.channel_channel_action
  Simulator   {simulator.url}            its state, and orders by hand
  Logs        {hub.log.parent}

Ctrl-C stops everything.""",
        flush=True,
    )


def _wait(hub: Hub, simulator: Simulator) -> None:
    """Until Ctrl-C, or until one of the servers is gone."""
    while hub.alive and simulator.alive:
        time.sleep(0.5)
    gone = simulator if hub.alive else hub
    raise SetupError(
        f"A server ended by itself. Its log is {gone.log} and ends with:\n"
        f"{progress.tail(gone.log, 25)}"
    )
