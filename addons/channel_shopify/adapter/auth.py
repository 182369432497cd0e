"""Access tokens: a static one, or the client-credentials grant of an own app (24
hours)."""

import json
from datetime import timedelta

from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    ProtocolError,
    TransientError,
)
from odoo.addons.channel_base.adapter.tokens import Token

from .errors import token_error

TOKEN = "access_token"  # noqa: S105 - the name it is kept under
RENEW_BEFORE = timedelta(minutes=5)


class StaticAuth:
    """A token that was made in the shop's admin; it does not expire."""

    renewable = False

    def __init__(self, settings):
        self._settings = settings

    def current(self):
        """The token.

        :raises ConfigError: when none was entered, or one that no header can carry (a
            masked one, say): the call's own error would quote it.
        """
        value = self._settings.secrets.get(TOKEN)
        if not value:
            raise ConfigError("No access token is entered for this channel.")
        if not (value.isascii() and value.isprintable()) or " " in value:
            raise ConfigError(
                "The access token holds characters that no token has: copy it again."
            )
        return Token(value=value)

    prove = current


class ClientCredentialsAuth:
    """Tokens by client id and secret, renewed five minutes before they expire.

    :param post: function (path, form fields) -> ``HttpResponse`` of the shop.
    """

    renewable = True

    def __init__(self, settings, store, clock, post):
        self._settings = settings
        self._store = store
        self._clock = clock
        self._post = post

    def current(self):
        """A token that is good for at least five minutes more."""
        token = self._store.get(TOKEN)
        if token and (
            token.expires_at is None or token.expires_at - self._clock() > RENEW_BEFORE
        ):
            return token
        return self._store.renew(TOKEN, token, self._grant)

    def prove(self):
        """A token by what is entered now: the stored one may be of other
        credentials."""
        return self.renewed(self._store.get(TOKEN))

    def renewed(self, refused):
        """A token in place of one that the shop refused."""
        return self._store.renew(TOKEN, refused, self._grant)

    def _grant(self, _stored):
        client_id = self._settings.options.get("client_id")
        client_secret = self._settings.secrets.get("client_secret")
        if not client_id or not client_secret:
            raise ConfigError(
                "Client id and client secret are not both entered for this channel."
            )
        response = self._post(
            "/admin/oauth/access_token",
            {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret,
            },
        )
        answer = _json(response.body)
        if response.status != 200:
            raise token_error(response, str(answer.get("error") or ""))
        if not answer:
            raise TransientError("The answer to the token request is not JSON.")
        return self._token(answer)

    def _token(self, answer):
        value, seconds = answer.get("access_token"), answer.get("expires_in")
        if not value:
            raise ProtocolError("The answer to the token request holds no token.")
        expires_at = (
            self._clock() + timedelta(seconds=int(seconds)) if seconds else None
        )
        return Token(value=value, expires_at=expires_at)


def _json(body):
    """The JSON object in a body; empty when there is none."""
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
