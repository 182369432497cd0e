"""Deliver webhooks: signed, at least once, unordered, with retries (fact sheet, section
11)."""

import base64
import hashlib
import hmac
import json
import random
import time
import uuid

import requests

from ..sendings import Sendings
from .payloads import body
from .shop_info import VERSION
from .webhooks import topic_name

RETRIES = 8
TIMEOUT = (1, 5)  # connect within 1 s, 2xx within 5 s
KEPT = 5_000


def sign(raw, secret):
    """Return the `X-Shopify-Hmac-Sha256` of a raw body."""
    return base64.b64encode(
        hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    ).decode()


class Courier(Sendings):
    """Background delivery with faults on command.

    Faults (all off by default): `duplicate` sends every event that many times in all;
    `shuffle` delays each sending by up to so many seconds; `late` delays all by so many
    seconds; `bad_signature`, `lost` are rates 0..1. A badly signed sending is followed
    by a correct one (Shopify retries on 401), a lost one by none.

    :param clock: `Clock`
    :param workers: sendings at once
    """

    def __init__(self, clock, workers=8):
        self.clock = clock
        self.attempts = []
        self.configure()
        super().__init__(workers)

    def configure(
        self,
        *,
        duplicate=1,
        shuffle=0.0,
        late=0.0,
        bad_signature=0.0,
        lost=0.0,
        seed=None,
    ):
        """Set all faults anew."""
        self.faults = {
            "duplicate": duplicate,
            "shuffle": shuffle,
            "late": late,
            "bad_signature": bad_signature,
            "lost": lost,
        }
        self._random = random.Random(seed)

    def announce(self, shop, topic, node, facts):
        """Queue an event for every subscription of its topic; the body is frozen
        now."""
        wanted = [
            one for one in shop.all("WebhookSubscription") if one["topic"] == topic
        ]
        if not wanted:
            return
        payload, event = body(shop, topic, node, facts), str(uuid.uuid4())
        for subscription in wanted:
            self.send(shop, subscription, payload, event)

    def send(self, shop, subscription, payload, event):
        """Queue one payload for one subscription, with the faults configured.

        :param event: `X-Shopify-Event-Id`, the same for all subscriptions of an event
        """
        fields = subscription["includeFields"]
        kept = {
            key: value for key, value in payload.items() if not fields or key in fields
        }
        raw = json.dumps(kept, ensure_ascii=False).encode()
        webhook_id, faults = str(uuid.uuid4()), self.faults
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic_name(subscription["topic"]),
            "X-Shopify-Shop-Domain": shop.domain,
            "X-Shopify-API-Version": VERSION,
            "X-Shopify-Webhook-Id": webhook_id,
            "X-Shopify-Event-Id": event,
            "X-Shopify-Triggered-At": self.clock.iso(),
            "X-Shopify-Hmac-Sha256": sign(
                raw, shop.apps[subscription["app"]]["client_secret"]
            ),
        }
        if subscription["name"]:
            headers["X-Shopify-Name"] = subscription["name"]
        if self._random.random() < faults["lost"]:
            return
        task = {
            "shop": shop,
            "subscription": subscription,
            "raw": raw,
            "headers": headers,
            "attempt": 0,
        }
        for _copy in range(faults["duplicate"]):
            delay = faults["late"] + self._random.random() * faults["shuffle"]
            if self._random.random() < faults["bad_signature"]:
                wrong = {**headers, "X-Shopify-Hmac-Sha256": sign(raw, "wrong")}
                self.put({**task, "headers": wrong, "forged": True}, delay)
                delay += 0.05
            self.put(task, delay)

    def deliver(self, task):
        started, status = time.monotonic(), 0
        try:
            answer = self.session().post(
                task["subscription"]["uri"],
                data=task["raw"],
                headers=task["headers"],
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            status = answer.status_code
        except requests.RequestException as error:
            task["error"] = type(error).__name__
        self._note(task, status, time.monotonic() - started)
        if not 200 <= status < 300 and not task.get("forged"):
            self._failed(task)

    def _note(self, task, status, seconds):
        self.attempts.append(
            {
                "shop": task["shop"].name,
                "topic": task["subscription"]["topic"],
                "uri": task["subscription"]["uri"],
                "event_id": task["headers"]["X-Shopify-Event-Id"],
                "webhook_id": task["headers"]["X-Shopify-Webhook-Id"],
                "attempt": task["attempt"],
                "forged": bool(task.get("forged")),
                "status": status,
                "error": task.get("error"),
                "seconds": round(seconds, 4),
            }
        )
        del self.attempts[:-KEPT]

    def _failed(self, task):
        """Retry with growing pauses; the subscription is removed after 8 failures in a
        row."""
        shop, gid = task["shop"], task["subscription"]["id"]
        if task["attempt"] < RETRIES:
            pause = shop.settings["webhook_retry_seconds"] * 2 ** task["attempt"]
            self.put({**task, "attempt": task["attempt"] + 1}, pause)
        elif shop.get(gid):
            with shop.lock:
                shop.remove(gid)
