"""Leaky buckets: how fast a channel may be called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .errors import RateLimited


@dataclass(frozen=True, slots=True)
class Bucket:
    """One rate as the marketplace states it.

    :param name: unique within the channel.
    :param capacity: most tokens that can be saved up.
    :param refill: tokens per second.
    """

    name: str
    capacity: float
    refill: float


class RateLimiter(Protocol):
    """Where tokens are kept; in Odoo one table row shared by all workers and nodes."""

    def acquire(self, bucket: Bucket, cost: float = 1.0) -> None:
        """Take ``cost`` tokens, or raise ``RateLimited`` with the seconds to wait."""

    def observe(self, bucket: Bucket, available: float) -> None:
        """Take over what the server says is left."""


class MemoryRateLimiter:
    """Buckets of one process: for tests and scripts.

    :param clock: function without arguments that gives aware UTC moments.
    """

    def __init__(self, clock):
        self._clock = clock
        self._levels = {}

    def acquire(self, bucket, cost=1.0):
        level = self._level(bucket)
        if level < cost:
            raise RateLimited(
                f"{bucket.name}: {cost:g} tokens asked, {level:g} left",
                retry_after=(cost - level) / bucket.refill,
            )
        self._levels[bucket.name] = (level - cost, self._clock())

    def observe(self, bucket, available):
        self._levels[bucket.name] = (float(available), self._clock())

    def _level(self, bucket):
        level, then = self._levels.get(bucket.name, (bucket.capacity, self._clock()))
        passed = (self._clock() - then).total_seconds()
        return min(bucket.capacity, level + passed * bucket.refill)
