"""Notifications on their way: into a queue that can be read, and to an HTTP endpoint
(fact sheet, section 4: at least once, unordered)."""

import json
import random
import time
import uuid

import requests

from ..sendings import Sendings
from .notification_bodies import body
from .notifications import of_type

RETRIES = 5
TIMEOUT = (1, 5)
KEPT = 5_000


class Courier(Sendings):
    """Delivers to what the seller's settings name; faults on command.

    Faults: `duplicate` sends every notification that many times in all; `shuffle`
    delays each sending by up to so many seconds; `late` delays all by so many seconds;
    `lost` is a rate 0..1.

    :param clock: `Clock`
    """

    def __init__(self, clock, workers=4):
        self.clock = clock
        self.reset()
        super().__init__(workers)

    def reset(self):
        """Forget what was sent, and all faults."""
        self.attempts = []
        self.configure()

    def configure(self, *, duplicate=1, shuffle=0.0, late=0.0, lost=0.0, seed=None):
        """Set all faults anew."""
        self.faults = {
            "duplicate": duplicate,
            "shuffle": shuffle,
            "late": late,
            "lost": lost,
        }
        self._random = random.Random(seed)

    def announce(self, seller, kind, **facts):
        """Queue a notification when the seller has subscribed to its type."""
        subscription = of_type(seller, kind)
        if subscription is None or not _is_wanted(subscription, facts):
            return
        made, faults = body(seller, kind, subscription, facts), self.faults
        if self._random.random() < faults["lost"]:
            return
        for _copy in range(faults["duplicate"]):
            delay = faults["late"] + self._random.random() * faults["shuffle"]
            self._queue_up(seller, made)
            if seller.settings["notification_url"]:
                self.put({"seller": seller, "body": made, "attempt": 0}, delay)

    def _queue_up(self, seller, made):
        """Put into the queue, at a place that nobody can foresee when shuffled."""
        queue = seller.table("queue")
        queue[str(uuid.uuid4())] = made
        if self.faults["shuffle"]:
            rows = list(queue.items())
            self._random.shuffle(rows)
            queue.clear()
            queue.update(rows)

    def deliver(self, task):
        """Post a notification; again after a bad answer, with growing pauses."""
        seller, status = task["seller"], 0
        started = time.monotonic()
        try:
            answer = self.session().post(
                seller.settings["notification_url"],
                data=json.dumps(_wrapped(seller, task["body"])).encode(),
                headers={
                    "Content-Type": "application/json",
                    seller.settings["notification_header"]: seller.settings[
                        "notification_secret"
                    ],
                },
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            status = answer.status_code
        except requests.RequestException as error:
            task["error"] = type(error).__name__
        self._note(task, status, time.monotonic() - started)
        if not 200 <= status < 300 and task["attempt"] < RETRIES:
            pause = 0.1 * 2 ** task["attempt"]
            self.put({**task, "attempt": task["attempt"] + 1}, pause)

    def _note(self, task, status, seconds):
        made = task["body"]
        metadata = made.get("NotificationMetadata") or made["notificationMetadata"]
        self.attempts.append(
            {
                "seller": task["seller"].name,
                "type": made.get("NotificationType") or made["notificationType"],
                "id": metadata.get("NotificationId") or metadata["notificationId"],
                "attempt": task["attempt"],
                "status": status,
                "error": task.get("error"),
                "seconds": round(seconds, 4),
            }
        )
        del self.attempts[:-KEPT]


def _is_wanted(subscription, facts):
    """Return whether the subscription's filter lets an order's change through."""
    directive = subscription.get("processingDirective") or {}
    kinds = (directive.get("eventFilter") or {}).get("orderChangeTypes")
    return not kinds or "change" not in facts or facts["change"] in kinds


def _wrapped(seller, made):
    """Return what EventBridge makes of a notification, where the settings say so."""
    if not seller.settings["notification_event"]:
        return made
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": made.get("NotificationType") or made["notificationType"],
        "source": f"aws.partner/sellingpartnerapi.amazon.com/{seller.id}",
        "account": "123456789012",
        "time": seller.clock.iso(),
        "region": "eu-west-1",
        "resources": [],
        "detail": made,
    }
