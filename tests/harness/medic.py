"""After a kill, and only then, somebody looks after the patient: the sweeper runs."""

import threading
import time

from .person import insist

# seconds after a kill; the runner takes a job for dead 10 seconds after it was enqueued
ROUNDS = (3.0, 13.0)


class Medic(threading.Thread):
    """Runs the sweeper in the minute after each kill; it never runs otherwise.

    :param hub: a running hub with crash points.
    :param killed: function without arguments that counts kills beside the crash points.
    """

    def __init__(self, hub, killed=lambda: 0):
        super().__init__(name="medic", daemon=True)
        self.hub, self.killed = hub, killed
        self.sweeps = 0
        self._seen = 0
        self._due = []
        self._over = threading.Event()
        (row,) = hub.sql(
            "SELECT res_id FROM ir_model_data"
            " WHERE module = 'channel_base' AND name = 'cron_sweep'"
        )
        self._cron_id = row[0]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_exception):
        self._over.set()
        self.join()

    def busy(self):
        """Whether the minute after the last kill is not over."""
        return bool(self._due)

    def run(self):
        while not self._over.wait(0.5):
            now = time.monotonic()
            kills = len(self.hub.crash.fired()) + self.killed()
            if kills > self._seen:
                self._seen = kills
                self._due = [now + seconds for seconds in ROUNDS]
            if self._due and self._due[0] <= now:
                insist(self._sweep)
                self.sweeps += 1
                del self._due[0]

    def _sweep(self):
        self.hub.call("ir.cron", "method_direct_trigger", [self._cron_id])
