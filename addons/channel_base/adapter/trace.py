"""What one call to a marketplace was: for the sync log, without secrets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

REDACTED = "***"
SECRET_NAMES = re.compile(
    r"token|secret|password|authorization|api[-_]?key|signature|hmac|credential",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was made, successful or not; texts are redacted and cut."""

    operation: str
    status: str
    duration: float
    request_id: str = ""
    request: str = field(default="", repr=False)
    response: str = field(default="", repr=False)
    error: str = ""


Trace = Callable[[Call], None]


def redact(value):
    """Blank everything in a JSON-like value whose name sounds like a secret."""
    if isinstance(value, dict):
        return {
            key: REDACTED if SECRET_NAMES.search(str(key)) else redact(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact(item) for item in value]
    return value
