"""Odoo as in production, on a copy of a database that has the test addons too."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from hub import addons, paths
from hub.server import Hub

from .crash import CrashPoints


def template(machine):
    """Name of a database with all our addons and those that only tests use.

    :param machine: what ``context.ready()`` gives.
    """
    test_only = (
        path.parent.name for path in paths.TEST_ADDONS.glob("*/__manifest__.py")
    )
    return machine.databases.suite_template((*addons.product(), *sorted(test_only)))


@contextmanager
def running(machine, name, *, source=None, **settings):
    """Odoo with workers and runner on a fresh database, with crash points.

    Crons are off: what the tests see is done by hooks and jobs alone.

    :param name: of the database. :param source: the one to copy; default ``template``.
    :param settings: for `Hub`.
    :return: the hub; `hub.crash` arms its crash points.
    """
    source = source or template(machine)
    machine.databases.drop(name)
    machine.databases.copy(source, name)
    machine.server.query("UPDATE ir_cron SET active = false", database=name)
    with tempfile.TemporaryDirectory(prefix="channel-crash-") as folder:
        crash = CrashPoints(Path(folder))
        environment = {**crash.environment, **settings.pop("environment", {})}
        hub = Hub(machine, name, environment=environment, **settings)
        hub.crash = crash
        try:
            with hub:
                hub.call("res.users", "search_count", [])  # log in, before threads do
                yield hub
        finally:
            if not os.environ.get("CHANNEL_HUB_KEEP"):
                machine.databases.drop(name)
