"""Access tokens in one table, encrypted, renewed by one worker at a time."""

import json
from datetime import datetime

from ..adapter.tokens import Token
from .autonomous import autonomous
from .keyring import keyring

RENEWAL_TIMEOUT = 90.0  # seconds: longer than one call to a token endpoint may take

MAKE = """
    INSERT INTO channel_token (channel_id, name) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""
READ = "SELECT ciphertext FROM channel_token WHERE channel_id = %s AND name = %s"
LOCK = READ + " FOR UPDATE"
WRITE = """
    UPDATE channel_token SET ciphertext = %s, expires_at = %s
     WHERE channel_id = %s AND name = %s
"""


class TableTokenStore:
    """The adapter layer's ``TokenStore`` over ``channel.token``."""

    def __init__(self, channel):
        self._env = channel.env
        self._channel_id = channel.id

    def get(self, name):
        """The stored token as of now, not as of the caller's snapshot."""
        return autonomous(self._env, lambda cr: self._read(cr, READ, name))

    def renew(self, name, seen, renew):
        """Renew under the row's lock: who comes second finds what the first stored."""
        return autonomous(
            self._env, lambda cr: self._renew(cr, name, seen, renew), RENEWAL_TIMEOUT
        )

    def _renew(self, cr, name, seen, renew):
        cr.execute(MAKE, (self._channel_id, name))
        stored = self._read(cr, LOCK, name)
        if stored != seen:
            return stored
        token = renew(stored)
        cr.execute(
            WRITE, (_dump(token), _naive(token.expires_at), self._channel_id, name)
        )
        return token

    def _read(self, cr, query, name):
        cr.execute(query, (self._channel_id, name))
        row = cr.fetchone()
        return _load(row[0]) if row and row[0] else None


def _dump(token):
    expires = token.expires_at.isoformat() if token.expires_at else None
    values = {"value": token.value, "expires_at": expires, "refresh": token.refresh}
    return keyring().encrypt(json.dumps(values))


def _load(ciphertext):
    values = json.loads(keyring().decrypt(ciphertext))
    if values["expires_at"]:
        values["expires_at"] = datetime.fromisoformat(values["expires_at"])
    return Token(**values)


def _naive(moment):
    return moment.replace(tzinfo=None) if moment else None
