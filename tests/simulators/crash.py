"""Crash points: stop, or kill the process that holds the connection, at a named moment
of a named operation."""

import itertools
import os
import signal
import threading
import time

import psutil

POINTS = ("before_effect", "after_effect", "after_answer")
ACTIONS = ("kill", "hold")


def peer_process(peer_port, server_port):
    """Return the pid at the other end of a loopback connection, or None."""
    for connection in psutil.net_connections(kind="tcp"):
        if not connection.raddr or connection.pid is None:
            continue
        if connection.laddr.port == peer_port and connection.raddr.port == server_port:
            return connection.pid
    return None


class CrashPoint:
    """An armed point.

    :param operation: root field (`inventorySetQuantities`), `token`, or `*`
    :param point: `before_effect`, `after_effect` (before the answer) or `after_answer`
        (fully sent)
    :param action: `kill` = SIGKILL the process that called (or `pid`); `hold` = the
        call waits until released
    :param pid: process to kill instead of the caller
    :param skip: matching calls to let pass first
    :param delay: seconds between the point and the kill
    """

    def __init__(
        self,
        number,
        operation,
        point,
        action="kill",
        pid=None,
        skip=0,
        delay=0.0,
        shop="*",
    ):
        if point not in POINTS or action not in ACTIONS:
            raise ValueError(f"points are {POINTS}, actions {ACTIONS}")
        self.number, self.operation, self.point, self.action = (
            number,
            operation,
            point,
            action,
        )
        self.pid, self.skip, self.delay, self.shop = pid, skip, delay, shop
        self.reached, self.released = threading.Event(), threading.Event()
        self.taken = False
        self.killed = None

    def describe(self):
        return {
            "id": self.number,
            "operation": self.operation,
            "point": self.point,
            "action": self.action,
            "reached": self.reached.is_set(),
            "released": self.released.is_set(),
            "killed": self.killed,
        }


class CrashPoints:
    """Armed points, each good for one call; the tests ask whether and whom they hit."""

    def __init__(self, max_hold=120.0):
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self.points = {}
        self.max_hold = max_hold

    def arm(self, **settings):
        """Arm a point; see `CrashPoint`. Return it."""
        with self._lock:
            point = CrashPoint(next(self._numbers), **settings)
            self.points[point.number] = point
        return point

    def clear(self):
        """Disarm everything and release who is held."""
        with self._lock:
            for point in self.points.values():
                point.released.set()
            self.points = {}

    def armed(self, shop, *names):
        """Return the points that this call will meet, by name of the point; they are
        used up."""
        found = {}
        with self._lock:
            for point in self.points.values():
                if point.taken or point.point in found or point.shop not in ("*", shop):
                    continue
                if point.operation not in ("*", *names):
                    continue
                if point.skip:
                    point.skip -= 1
                    continue
                found[point.point] = point
                point.taken = True
        return found

    def meet(self, point, caller):
        """Do what the point says. Where nobody is at the other end any more, it waits
        for the next call: a point that killed nobody proves nothing.

        :param caller: pid of the calling process, looked up before the answer was sent
        """
        if point.action == "hold":
            point.reached.set()
            point.released.wait(self.max_hold)
            return
        time.sleep(point.delay)
        victim = point.pid or caller
        if not victim:
            with self._lock:
                point.taken = False
            return
        if victim != os.getpid():
            os.kill(victim, signal.SIGKILL)
            point.killed = victim
        point.reached.set()
