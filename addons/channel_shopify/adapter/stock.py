"""Reading and setting available quantities."""

import re
from dataclasses import dataclass

from odoo.addons.channel_base.adapter.canonical import PushResult, PushStatus
from odoo.addons.channel_base.adapter.errors import ProtocolError, TransientError
from odoo.addons.channel_base.adapter.port import PushAnswer

from . import mapper_catalog
from .ids import gid

LARGEST_QUANTITY = 10**9
READ_CHUNK = 250  # ids a query may name (facts, 3)
ROW = re.compile(r"\d+")

# userErrors[].code of the whole call (facts, 4 and 5)
REPEAT = {
    "IDEMPOTENCY_CONCURRENT_REQUEST",
    "SERVICE_UNAVAILABLE",
    "ADJUST_QUANTITIES_FAILED",
}
NEW_KEY = {"IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"}
# userErrors[].code of one row
STALE = {"CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE"}
HINTS = {
    "ITEM_NOT_STOCKED_AT_LOCATION": (
        "Activate the item at this location in Shopify, or unmap the location."
    ),
    "NON_MUTABLE_INVENTORY_ITEM": (
        "A bundle has no stock of its own: push its components instead."
    ),
    "INVALID_INVENTORY_ITEM": (
        "The variant was deleted in Shopify: import the catalogue again."
    ),
    "INVALID_LOCATION": (
        "The location was deleted in Shopify: fetch the locations again."
    ),
}


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row was refused."""

    code: str
    message: str


class Stock:
    """Stock levels through a client.

    :param clock: function without arguments that gives aware UTC moments.
    """

    def __init__(self, client, clock):
        self.client = client
        self.clock = clock

    def levels(self, pairs):
        """``StockLevel`` of (inventory item, location) pairs; none where nothing is
        stocked."""
        by_place = {}
        for item, place in pairs:
            by_place.setdefault(place, []).append(item)
        for place, items in by_place.items():
            ids = [gid("InventoryItem", item) for item in items]
            for payload in self.client.objects(
                "stock_levels", ids, READ_CHUNK, location=gid("Location", place)
            ):
                level = mapper_catalog.stock_level(payload, place, self.clock())
                if level:
                    yield level

    def push(self, key, targets):
        """Set quantities by one call, all or none of them.

        :param key: idempotency key of exactly these targets.
        :raises TransientError: send the same targets with the same key again.
        """
        absurd = [one for one in targets if not 0 <= one.quantity <= LARGEST_QUANTITY]
        targets = tuple(one for one in targets if one not in absurd)
        results = tuple(_absurd(one) for one in absurd)
        if targets:
            results += self._set(key, targets)
        return PushAnswer(results)

    def _set(self, key, targets):
        rows = _rows(targets)
        answer = self.client.mutate(
            "stock_set",
            key=key,
            input={
                "name": "available",
                "reason": "correction",
                "referenceDocumentUri": f"gid://odoo/StockPush/{key}",
                "quantities": [_row(pair, target) for pair, target in rows.items()],
            },
        )
        errors = answer["userErrors"]
        if not errors:
            return tuple(PushResult(key=t.key, status=PushStatus.DONE) for t in targets)
        return self._refused(targets, list(rows), errors)

    def _refused(self, targets, pairs, errors):
        """Results of a call that set nothing: stale and rejected rows by name, the rest
        skipped."""
        by_pair = _errors_by_pair(pairs, errors)
        stale = [pair for pair, error in by_pair.items() if error.code in STALE]
        observed = {
            (level.listing, level.location): level for level in self.levels(stale)
        }
        results = []
        for target in targets:
            pair = (target.stock_key, target.location)
            results.append(_result(target, by_pair.get(pair), observed.get(pair)))
        return tuple(results)


def _absurd(target):
    """Refused here: as it is no GraphQL integer, it would spoil the call for all."""
    return PushResult(
        key=target.key,
        status=PushStatus.REJECTED,
        code="INVALID_QUANTITY",
        message=f"Shopify takes 0 to {LARGEST_QUANTITY} units, not {target.quantity}.",
    )


def _rows(targets):
    """One target per (item, location): Shopify refuses a pair that is named twice.
    Offers that share an item get the lowest quantity, so that none is sold that another
    one has promised."""
    rows = {}
    for target in targets:
        pair = (target.stock_key, target.location)
        if pair not in rows or target.quantity < rows[pair].quantity:
            rows[pair] = target
    return rows


def _row(pair, target):
    return {
        "inventoryItemId": gid("InventoryItem", pair[0]),
        "locationId": gid("Location", pair[1]),
        "quantity": target.quantity,
        "changeFromQuantity": target.expected,
    }


def _errors_by_pair(pairs, errors):
    """The refused rows.

    :raises TransientError: the call may be repeated as it is.
    :raises ProtocolError: it is wrong as a whole.
    """
    by_pair = {}
    for error in errors:
        code, message = error.get("code") or "", error.get("message") or ""
        if code in REPEAT:
            raise TransientError(f"Shopify: {message}", code=code)
        if code in NEW_KEY:
            return {}
        row = _row_index(error.get("field"), len(pairs))
        if row is None:
            raise ProtocolError(
                f"Shopify refused the whole stock update: {message}", code=code
            )
        by_pair.setdefault(
            pairs[row],
            RowError(
                code, " ".join(filter(None, (message, HINTS.get(code)))).rstrip(".")
            ),
        )
    return by_pair


def _row_index(field, count):
    """3 for ``["input", "quantities", "3", "quantity"]``, None for no row."""
    index = next((int(step) for step in field or () if ROW.fullmatch(str(step))), None)
    return index if index is not None and index < count else None


def _result(target, error, level):
    if error is None:
        return PushResult(key=target.key, status=PushStatus.SKIPPED)
    if error.code in STALE:
        return PushResult(
            key=target.key,
            status=PushStatus.STALE,
            code=error.code,
            message=error.message,
            observed=level.available if level else None,
            observed_at=level.read_at if level else None,
        )
    return PushResult(
        key=target.key,
        status=PushStatus.REJECTED,
        code=error.code,
        message=error.message,
    )
