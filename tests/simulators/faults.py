"""The fault switchboard: which call goes wrong, how, decided by seeded chance."""

import random
import threading

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
BATCHES = ("inventorySetQuantities", "inventoryAdjustQuantities")
KINDS = BEFORE | AFTER | ROWS
MIX = tuple(
    sorted(
        # these two are an answer that only a person can mend, and a tool of tests
        KINDS - {"partial_denied", "rewrite"}
    )
)


class Rule:
    """One switched-on fault.

    :param fault: one of `KINDS`
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
        if fault not in KINDS:
            raise ValueError(f"unknown fault {fault!r}; known: {sorted(KINDS)}")
        self.fault, self.rate, self.limit = fault, float(rate), limit
        self.operations, self.shops, self.options = set(operations), set(shops), options
        self.hits = 0
        self._random = random.Random(seed)

    def strikes(self, shop, names):
        """Return whether this call is spoilt.

        :param names: operation, and what it may also be called (`mutation`)
        """
        if self.limit is not None and self.hits >= self.limit:
            return False
        if not self.operations & {"*", *names} or not self.shops & {"*", shop}:
            return False
        if self._random.random() >= self.rate:
            return False
        self.hits += 1
        return True

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


class Switchboard:
    """All rules; the first that strikes wins."""

    def __init__(self):
        self._lock = threading.Lock()
        self.rules = []

    def add(self, **settings):
        """Switch a fault on; see `Rule`."""
        with self._lock:
            self.rules.append(Rule(**settings))

    def mix(self, rate, seed=None, **settings):
        """Switch on every fault that a correct client survives, together striking
        `rate` of all calls."""
        each = rate / len(MIX)
        for index, fault in enumerate(MIX):
            only = {"operations": BATCHES} if fault in ROWS else {}
            self.add(
                **{
                    "fault": fault,
                    "rate": each,
                    "seed": None if seed is None else seed + index,
                    **settings,
                    **only,
                }
            )

    def clear(self):
        with self._lock:
            self.rules = []

    def draw(self, shop, *names):
        """Return the rule that spoils this call, or None."""
        with self._lock:
            return next(
                (rule for rule in self.rules if rule.strikes(shop, names)), None
            )

    def describe(self):
        with self._lock:
            return [rule.describe() for rule in self.rules]
