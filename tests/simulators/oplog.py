"""What the clients called: counts for benchmarks, entries for tests that look
closer."""

import collections
import threading


class OperationLog:
    """Bounded log of received operations with exact counters.

    :param size: entries kept; the counters never forget
    """

    def __init__(self, size=20_000):
        self._lock = threading.Lock()
        self._size = size
        self.reset()

    def reset(self):
        with self._lock:
            self.entries = collections.deque(maxlen=self._size)
            self.counts = collections.Counter()
            self.outcomes = collections.Counter()

    def add(self, shop, operation, outcome, **details):
        """Record one call.

        :param operation: root field (`inventorySetQuantities`) or endpoint (`token`)
        :param outcome: `ok`, the fault injected, or the error code answered
        :param details: JSON-able facts: seconds, cost, variables, ...
        """
        with self._lock:
            self.counts[operation] += 1
            self.outcomes[f"{operation}:{outcome}"] += 1
            self.entries.append(
                {"shop": shop, "operation": operation, "outcome": outcome, **details}
            )

    def summary(self):
        """Return `{total, counts: {operation: n}, outcomes: {operation:outcome:
        n}}`."""
        with self._lock:
            return {
                "total": sum(self.counts.values()),
                "counts": dict(self.counts),
                "outcomes": dict(self.outcomes),
            }

    def find(self, operation=None, shop=None, last=200):
        """Return the last entries, oldest first, filtered by operation and shop."""
        with self._lock:
            found = [
                entry
                for entry in self.entries
                if (operation is None or entry["operation"] == operation)
                and (shop is None or entry["shop"] == shop)
            ]
        return found[-last:]
