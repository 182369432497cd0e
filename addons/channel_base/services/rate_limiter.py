"""Rate buckets in one table, shared by all workers and nodes."""

import time

from ..adapter.errors import RateLimited
from .autonomous import autonomous

MAX_WAIT = 1.0  # seconds that a worker waits itself; longer waits go back to the queue

# Tokens are reserved: the level may fall below zero by what ``MAX_WAIT`` refills, and
# who took it there waits. So callers are served in turn, however many workers.
NOW = "clock_timestamp() AT TIME ZONE 'UTC'"
TAKE = """
    INSERT INTO channel_rate_bucket AS bucket (channel_id, name, level, measured_at)
    VALUES (%(channel)s, %(name)s, %(capacity)s - %(cost)s, {now})
    ON CONFLICT (channel_id, name) DO UPDATE
       SET level = {level} - %(cost)s, measured_at = excluded.measured_at
     WHERE {level} - %(cost)s >= -%(refill)s * %(max_wait)s
 RETURNING level
"""
LEVEL = f"""LEAST(%(capacity)s, bucket.level
    + %(refill)s * EXTRACT(EPOCH FROM {NOW} - bucket.measured_at))
"""
TAKE = TAKE.format(level=LEVEL, now=NOW)
LOOK = f"""
    SELECT {LEVEL} FROM channel_rate_bucket bucket
     WHERE channel_id = %(channel)s AND name = %(name)s
"""
OBSERVE = """
    INSERT INTO channel_rate_bucket (channel_id, name, level, measured_at)
    VALUES (%s, %s, %s, clock_timestamp() AT TIME ZONE 'UTC')
    ON CONFLICT (channel_id, name) DO UPDATE
       SET level = excluded.level, measured_at = excluded.measured_at
"""


class TableRateLimiter:
    """The adapter layer's ``RateLimiter`` over ``channel.rate.bucket``.

    :param sleep: function that waits so many seconds.
    """

    def __init__(self, channel, sleep=time.sleep):
        self._env = channel.env
        self._channel_id = channel.id
        self._sleep = sleep

    def acquire(self, bucket, cost=1.0):
        """Take tokens, waiting for a moment if need be.

        :raises RateLimited: when the wait would be longer, with the seconds.
        """
        values = {
            "channel": self._channel_id,
            "name": bucket.name,
            "capacity": float(bucket.capacity),
            "refill": float(bucket.refill),
            "cost": float(cost),
            "max_wait": MAX_WAIT,
        }
        granted, level = autonomous(self._env, lambda cr: self._take(cr, values))
        if not granted:
            raise RateLimited(
                f"{bucket.name}: {cost:g} tokens asked, {level:g} left",
                retry_after=(cost - level) / bucket.refill,
            )
        if level < 0:
            self._sleep(-level / bucket.refill)

    def observe(self, bucket, available):
        """Take over what the server says is left."""
        values = (self._channel_id, bucket.name, float(available))
        autonomous(
            self._env, lambda cr: cr.execute(OBSERVE, values, log_exceptions=False)
        )

    @staticmethod
    def _take(cr, values):
        # who comes second tries again: no error
        cr.execute(TAKE, values, log_exceptions=False)
        row = cr.fetchone()
        if row:
            return True, row[0]
        cr.execute(LOOK, values)
        return False, cr.fetchone()[0]
