"""The bucket that every rate limit is made of."""

import threading


class Bucket:
    """A bucket of points that refills at a steady rate.

    :param clock: `Clock`; moving it forward refills the bucket
    :param settings: mapping with `bucket_size` and `restore_rate` (points a second),
        read at every call
    """

    def __init__(self, clock, settings):
        self.clock, self.settings = clock, settings
        self._lock = threading.Lock()
        self._available = float(settings["bucket_size"])
        self._seen = clock.timestamp()

    def take(self, points):
        """Take the points when there are enough; return whether there were."""
        with self._lock:
            self._refill()
            if points > self._available:
                return False
            self._available -= points
            return True

    def give_back(self, points):
        """Return points that the query turned out not to need."""
        with self._lock:
            self._available = min(
                self._available + points, self.settings["bucket_size"]
            )

    def status(self):
        """Return `throttleStatus`."""
        with self._lock:
            self._refill()
            return {
                "maximumAvailable": float(self.settings["bucket_size"]),
                "currentlyAvailable": int(self._available),
                "restoreRate": float(self.settings["restore_rate"]),
            }

    def _refill(self):
        now, size = self.clock.timestamp(), self.settings["bucket_size"]
        gained = max(0.0, now - self._seen) * self.settings["restore_rate"]
        self._available, self._seen = min(size, self._available + gained), now
