"""Kills processes of a running hub at drawn moments, until it has killed enough."""

import random
import threading
import time

import psutil

PAUSE = (4.0, 12.0)  # seconds between two kills
SAMPLE = 0.3  # seconds in which the busiest worker is found
CONNECTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'odoo-%%'
     ORDER BY state = 'idle', random() LIMIT 1
"""


class Killer(threading.Thread):
    """Kills HTTP workers, the job runner and database connections.

    The busiest HTTP worker is chosen, because it is the one with a job; and a
    connection with a transaction where there is one.

    :param hub: a running hub. :param seed: of moments and kinds.
    :param kills: how many.
    """

    def __init__(self, hub, seed, kills):
        super().__init__(name="killer", daemon=True)
        self.hub, self.kills = hub, kills
        self.done = []
        self._draw = random.Random(seed)
        self._over = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_exception):
        self._over.set()
        self.join()

    def run(self):
        while len(self.done) < self.kills:
            if self._over.wait(self._draw.uniform(*PAUSE)):
                return
            kind = self._draw.choice(("http", "http", "runner", "connection"))
            if getattr(self, f"_kill_{kind}")():
                self.done.append(kind)

    def _kill_http(self):
        return self._kill(busiest(self.hub.pids().get("http", ())))

    def _kill_runner(self):
        return self._kill(next(iter(self.hub.pids().get("runner", ())), None))

    def _kill_connection(self):
        return bool(self.hub.sql(CONNECTIONS))

    def _kill(self, pid):
        try:
            self.hub.kill(pid)
        except (ValueError, psutil.NoSuchProcess):
            return False  # it ended by itself, or its successor is on its way
        return True


def busiest(pids):
    """The process that uses the CPU most."""
    processes = [process for process in map(_process, pids) if process]
    for process in processes:
        _percent(process)
    time.sleep(SAMPLE)
    return max(processes, key=_percent).pid if processes else None


def _process(pid):
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _percent(process):
    try:
        return process.cpu_percent()
    except psutil.NoSuchProcess:
        return 0.0
