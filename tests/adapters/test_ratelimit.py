"""Leaky buckets."""

from datetime import UTC, datetime, timedelta

import pytest

from odoo.addons.channel_base.adapter.errors import RateLimited
from odoo.addons.channel_base.adapter.ratelimit import Bucket, MemoryRateLimiter

BUCKET = Bucket(name="calls", capacity=10, refill=2)


class Clock:
    def __init__(self):
        self.now = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self):
        return self.now

    def tick(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limiter(clock):
    return MemoryRateLimiter(clock)


def test_a_full_bucket_gives_its_capacity_and_then_says_when(limiter):
    limiter.acquire(BUCKET, 10)
    with pytest.raises(RateLimited) as caught:
        limiter.acquire(BUCKET, 4)
    assert caught.value.retry_after == 2


def test_waiting_as_told_is_enough(limiter, clock):
    limiter.acquire(BUCKET, 10)
    clock.tick(2)
    limiter.acquire(BUCKET, 4)


def test_a_refused_call_takes_nothing(limiter, clock):
    limiter.acquire(BUCKET, 10)
    clock.tick(1)
    with pytest.raises(RateLimited):
        limiter.acquire(BUCKET, 3)
    limiter.acquire(BUCKET, 2)


def test_it_never_holds_more_than_its_capacity(limiter, clock):
    clock.tick(3600)
    limiter.acquire(BUCKET, 10)
    with pytest.raises(RateLimited):
        limiter.acquire(BUCKET)


def test_the_server_knows_better(limiter):
    limiter.observe(BUCKET, 1)
    with pytest.raises(RateLimited):
        limiter.acquire(BUCKET, 2)


def test_buckets_do_not_share_tokens(limiter):
    limiter.acquire(BUCKET, 10)
    limiter.acquire(Bucket(name="others", capacity=10, refill=2), 10)
