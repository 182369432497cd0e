"""Reading Odoo's log: what went wrong that nobody asked for."""

import re

LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>\w+) \S+ (?P<logger>\S+): ")
JOBS = "odoo.addons.queue_job.controllers.main"
# `log_handler` with which a hub must run so that its jobs can be counted
HANDLER = f":INFO,{JOBS}:DEBUG"
BAD = {"ERROR", "CRITICAL"}
# What the death of a worker leaves in the logs of those who waited for it.
AFTERMATH = (
    ("odoo.addons.queue_job.jobrunner.runner", "exception in GET"),
    ("odoo.sql_db", "could not serialize access"),
)
# What a database connection that was cut leaves in the logs of those who used it: the
# statements that it was too late for, and the request or job that they belonged to.
CUT_CONNECTION = tuple(
    (logger, sign)
    for logger in (
        "odoo.sql_db",
        "odoo.http",
        "odoo.addons.queue_job.controllers.main",
        "odoo.addons.queue_job.jobrunner.runner",
        "odoo.addons.channel_base.services.wakeup",
        "odoo.addons.channel_base.services.isolator",
    )
    for sign in (
        "terminating connection due to administrator command",
        "server closed the connection unexpectedly",
        "connection already closed",
        "cursor already closed",
    )
)
TRACEBACK = "Traceback (most recent call last):"


class ServerLog:
    """The log of one server.

    :param path: of the file.
    """

    def __init__(self, path):
        self.entries = []
        for line in path.read_text(errors="replace").splitlines():
            found = LINE.match(line)
            if found:
                self.entries.append([found["level"], found["logger"], line])
            elif self.entries:
                self.entries[-1][2] += "\n" + line

    def errors(self, explained=()):
        """Entries of level ERROR and above that killed workers do not explain.

        :param explained: more that is explained: (logger, what the entry says in the
            last of its tracebacks).
        """
        return [
            text
            for level, logger, text in self.entries
            if level in BAD
            and not any(logger == who and what in text for who, what in AFTERMATH)
            and not any(logger == who and what in _end(text) for who, what in explained)
        ]

    def serialization_failures(self):
        """How many jobs were thrown back because another transaction came first."""
        return self._count(JOBS, "OperationalError, postponed")

    def postponed(self):
        """How often jobs were put off, for whatever reason."""
        return self._count(JOBS, "postponed") - self.serialization_failures()

    def _count(self, who, what):
        return sum(logger == who and what in text for _l, logger, text in self.entries)


def _end(text):
    """What an entry came to: its last traceback, or all of it where it has none."""
    return text.rpartition(TRACEBACK)[2]
