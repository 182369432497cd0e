"""Notifications on their way."""

from ..sendings import Sendings


class Courier(Sendings):
    """Delivers notifications to the HTTP endpoints and queues of the subscribers.

    :param clock: `Clock`
    """

    def __init__(self, clock, workers=4):
        self.clock = clock
        self.reset()
        super().__init__(workers)

    def reset(self):
        """Forget what was sent."""
        self.attempts = []

    def announce(self, seller, kind, **facts):
        """Queue a notification for every subscription of its type."""
