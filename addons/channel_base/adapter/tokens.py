"""Short-lived access tokens and where they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from .canonical import require_utc


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; its value never shows in ``repr``.

    :param expires_at: aware UTC; None = does not expire.
    :param refresh: refresh token where the marketplace rotates one, else empty.
    """

    value: str = field(repr=False)
    expires_at: datetime | None = None
    refresh: str = field(default="", repr=False)

    def __post_init__(self):
        require_utc(self.expires_at)


class TokenStore(Protocol):
    """Tokens of one channel, shared by all workers and nodes."""

    def get(self, name: str) -> Token | None:
        """The stored token, expired or not."""

    def renew(
        self, name: str, seen: Token | None, renew: Callable[[Token | None], Token]
    ) -> Token:
        """Renew a token once, however many workers ask at the same time.

        :param seen: the token that the caller found missing, expired or refused.
        :param renew: called with the stored token, by one caller at a time, and only if
            the stored token is still ``seen``; the others get what it returned.
        """


class MemoryTokenStore:
    """Tokens of one process: for tests and scripts."""

    def __init__(self):
        self._tokens = {}

    def get(self, name):
        return self._tokens.get(name)

    def renew(self, name, seen, renew):
        if self._tokens.get(name) == seen:
            self._tokens[name] = renew(seen)
        return self._tokens[name]
