"""What became of what was pushed."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from .base import canonical, require_utc


class PushStatus(str, Enum):
    """What became of one pushed item."""

    DONE = "done"
    PENDING = "pending"  # accepted; the answer comes later by the batch's ticket
    STALE = "stale"  # compare-and-set found another value; ``observed`` says which
    SKIPPED = (
        "skipped"  # not applied because another item failed an all-or-nothing call
    )
    REJECTED = "rejected"


@canonical
class PushResult:
    """What became of the item with this key.

    ``observed`` and ``observed_at`` are given where the channel's present value was
    read; ``external_id`` where the push made something that has an id there;
    ``outcome``: of a product, a ``ContentOutcome`` as the codec writes it.
    """

    key: str
    status: PushStatus
    code: str = ""
    message: str = ""
    observed: int | None = None
    observed_at: datetime | None = None
    external_id: str = ""
    outcome: str = ""

    def __post_init__(self):
        require_utc(self.observed_at)
