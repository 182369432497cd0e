"""Tokens are renewed once, whoever asks, and never shown."""

from datetime import UTC, datetime

import pytest

from odoo.addons.channel_base.adapter.tokens import MemoryTokenStore, Token


def test_only_the_token_that_was_seen_is_renewed():
    store, made = MemoryTokenStore(), []

    def renew(seen):
        made.append(seen)
        return Token(value=f"token-{len(made)}")

    first = store.renew("access", None, renew)
    assert store.renew("access", None, renew) is first  # another worker was late
    second = store.renew("access", first, renew)
    assert (first.value, second.value) == ("token-1", "token-2")
    assert made == [None, first]
    assert store.get("access") is second


def test_a_failed_renewal_leaves_the_token():
    store = MemoryTokenStore()
    first = store.renew("access", None, lambda _seen: Token(value="1"))

    def fails(_seen):
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.renew("access", first, fails)
    assert store.get("access") is first


def test_values_do_not_show():
    token = Token(value="canary", refresh="canary", expires_at=datetime.now(UTC))
    assert "canary" not in repr(token)


def test_expiry_is_utc():
    with pytest.raises(ValueError, match="UTC"):
        Token(value="1", expires_at=datetime(2026, 1, 1))  # noqa: DTZ001 - refused
