"""The fault switchboard: which call goes wrong, how, decided by seeded chance."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

BEFORE = {
    "throttled",  # GraphQL THROTTLED in a 200
    "http_429",
    "http_500",  # HTML body
    "http_502",  # HTML body
    "http_503",
    "not_json",  # HTTP 200, HTML body
    "internal_error",  # GraphQL INTERNAL_SERVER_ERROR in a 200
    "reset",  # connection closed without an answer
    "hang",  # answers later than the client waits, no effect
    "expired_token",  # the token is revoked: 401
}
AFTER = {
    "lost_answer",  # the effect happens, the connection is closed
    "late_answer",  # the effect happens, the answer comes too late
    "http_500_after",  # the effect happens, HTML 500
    "not_json_after",  # the effect happens, HTTP 200 with HTML
    "partial_denied",  # one field of the answer is null with ACCESS_DENIED
    "rewrite",  # a regular expression is applied to the answer
}
ROWS = {
    "stale_rows",  # rows of a batch are refused as stale though they are not
    "key_failed",  # the idempotency key is burnt: PREVIOUS_ATTEMPT_FAILED
    "key_busy",  # CONCURRENT_REQUEST
}
BATCHES = {"inventorySetQuantities", "inventoryAdjustQuantities"}
KINDS = BEFORE | AFTER | ROWS
# The two others: a denied field is a missing scope, at which a channel has to stand
# still until a person has granted it; and a rewritten answer is a tool of tests.
MIX = KINDS - {"partial_denied", "rewrite"}
TOKEN = MIX - ROWS - {"throttled", "internal_error", "expired_token"}


def apply_to(names):
    """Return the kinds of the mix that can strike a call, sorted.

    :param names: operation, and what it may also be called (`mutation`)
    """
    if "bulk_download" in names:
        return ["reset"]
    if "token" in names:
        return sorted(TOKEN)
    return sorted(MIX if BATCHES & set(names) else MIX - ROWS)


class Rule:
    """One switched-on fault.

    :param fault: a kind of the marketplace's menu
    :param rate: chance per call, 0..1
    :param operations: root fields, `query`, `mutation`, `token`, `bulk_download` or `*`
    :param shops: shop names or `*`
    :param limit: calls to spoil at most
    :param seed: makes the choice repeatable
    :param options: `seconds` (hang, late_answer), `retry_after` (http_429), `rows`
        (stale_rows), `find`, `replace` (rewrite)
    """

    def __init__(
        self,
        fault,
        rate=1.0,
        operations=("*",),
        shops=("*",),
        limit=None,
        seed=None,
        **options,
    ):
        self.fault, self.rate, self.limit = fault, float(rate), limit
        self.operations, self.shops, self.options = set(operations), set(shops), options
        self.hits = 0
        self._random = random.Random(seed)

    def covers(self, shop, names):
        """Return whether this call may be spoilt.

        :param names: operation, and what it may also be called (`mutation`)
        """
        left = self.limit is None or self.hits < self.limit
        return bool(
            left and self.operations & {"*", *names} and self.shops & {"*", shop}
        )

    def draw(self, shop, names):
        """Return the rule itself when it spoils this call, else None."""
        if not self.covers(shop, names) or self._random.random() >= self.rate:
            return None
        self.hits += 1
        return self

    def describe(self):
        return {
            "fault": self.fault,
            "rate": self.rate,
            "operations": sorted(self.operations),
            "shops": sorted(self.shops),
            "limit": self.limit,
            "hits": self.hits,
            **self.options,
        }


class Mix:
    """Every fault that a correct client survives, one rule each.

    :param rate: chance per call, 0..1, whichever kinds apply to it
    :param seed: makes the choice repeatable
    :param menu: `Menu`
    :param settings: of all rules, see `Rule`
    """

    def __init__(self, rate, menu, seed=None, **settings):
        self.rate, self.menu = float(rate), menu
        self.rules = {kind: Rule(kind, rate, **settings) for kind in sorted(menu.mix)}
        self._random = random.Random(seed)

    def draw(self, shop, names):
        """Return the rule that spoils this call, or None."""
        rules = [self.rules[kind] for kind in self.menu.apply_to(names)]
        covering = [rule for rule in rules if rule.covers(shop, names)]
        if not covering or self._random.random() >= self.rate:
            return None
        rule = self._random.choice(covering)
        rule.hits += 1
        return rule


@dataclass(frozen=True)
class Menu:
    """What can go wrong at one marketplace.

    :param kinds: names of all faults
    :param mix: those that a correct client survives
    :param apply_to: (names of a call) -> sorted kinds of the mix that can strike it
    """

    kinds: frozenset
    mix: frozenset
    apply_to: Callable


SHOPIFY = Menu(frozenset(KINDS), frozenset(MIX), apply_to)


class Switchboard:
    """All rules and mixes; the first that strikes wins."""

    def __init__(self, menu=SHOPIFY):
        self.menu = menu
        self._lock = threading.Lock()
        self._rules = []

    def add(self, **settings):
        """Switch a fault on; see `Rule`."""
        if settings.get("fault") not in self.menu.kinds:
            known = sorted(self.menu.kinds)
            raise ValueError(f"unknown fault {settings.get('fault')!r}; known: {known}")
        with self._lock:
            self._rules.append(Rule(**settings))

    def mix(self, rate, **settings):
        """Switch on every fault that a correct client survives, together striking
        `rate` of all calls; see `Mix`."""
        with self._lock:
            self._rules.append(Mix(rate, self.menu, **settings))

    def clear(self):
        with self._lock:
            self._rules = []

    def draw(self, shop, *names):
        """Return the rule that spoils this call, or None."""
        with self._lock:
            drawn = (one.draw(shop, names) for one in self._rules)
            return next(filter(None, drawn), None)

    def describe(self):
        with self._lock:
            return [
                rule.describe()
                for one in self._rules
                for rule in (one.rules.values() if isinstance(one, Mix) else (one,))
            ]
