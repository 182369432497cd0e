"""A queue of things to send later, unordered, from background threads."""

import heapq
import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests


class Sendings:
    """Tasks with delays; a subclass says in `deliver` what sending one means.

    :param workers: sendings at once
    """

    def __init__(self, workers=8):
        self._queue, self._order = [], itertools.count()
        self._wake = threading.Condition()
        self._open = 0
        self._stopped = False
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="courier")
        self._local = threading.local()
        threading.Thread(target=self._run, name="courier", daemon=True).start()

    def deliver(self, task):
        """Send one task; it may be put again."""
        raise NotImplementedError

    def pending(self):
        """Return how many sendings wait or are under way."""
        with self._wake:
            return self._open

    def stop(self):
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def put(self, task, delay=0.0):
        """Queue a task, to be delivered in `delay` seconds."""
        with self._wake:
            self._open += 1
            heapq.heappush(
                self._queue, (time.monotonic() + delay, next(self._order), task)
            )
            self._wake.notify()

    def _run(self):
        while True:
            with self._wake:
                while not self._stopped and (
                    not self._queue or self._queue[0][0] > time.monotonic()
                ):
                    self._wake.wait(
                        self._queue[0][0] - time.monotonic() if self._queue else None
                    )
                if self._stopped:
                    return
                task = heapq.heappop(self._queue)[2]
            self._pool.submit(self._done, task)

    def _done(self, task):
        try:
            self.deliver(task)
        finally:
            with self._wake:
                self._open -= 1

    def session(self):
        """Return this thread's HTTP session."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        return self._local.session
