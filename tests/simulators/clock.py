"""The simulated clock: real time plus an offset that a test may move."""

import threading
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall clock with an adjustable offset; every timestamp of a simulator comes from
    here."""

    def __init__(self):
        self._offset = 0.0
        self._lock = threading.Lock()

    def advance(self, seconds):
        """Move the clock.

        :param seconds: float, may be negative
        """
        with self._lock:
            self._offset += seconds

    def reset(self):
        """Return to real time."""
        with self._lock:
            self._offset = 0.0

    def timestamp(self):
        """Return seconds since the epoch as float."""
        return time.time() + self._offset

    def now(self):
        """Return the aware UTC datetime."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def iso(self, shift=0):
        """Return the time as Shopify writes it in GraphQL: UTC, whole seconds, `Z`.

        :param shift: seconds to add
        """
        return iso(self.now() + timedelta(seconds=shift))


def iso(moment):
    """Return an aware datetime as `2026-11-22T04:36:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text):
    """Return the aware UTC datetime of an ISO 8601 text; a date alone is midnight
    UTC."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
