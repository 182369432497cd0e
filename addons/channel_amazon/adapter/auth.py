"""Login with Amazon: access tokens by refresh token, and refresh tokens by consent.

Access tokens live for an hour and are kept per channel, never in the library's cache.
"""

from datetime import timedelta

from odoo.addons.channel_base.adapter.errors import ConfigError, ProtocolError
from odoo.addons.channel_base.adapter.tokens import Token

TOKEN = "access_token"  # noqa: S105 - the name it is kept under
PATH = "/auth/o2/token"
RENEW_BEFORE = timedelta(minutes=5)


class LoginWithAmazon:
    """Tokens of one seller account.

    :param post: function (path, form fields) -> the JSON object that answers.
    """

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
        return self.renewed(token)

    def prove(self):
        """A token by what is entered now: the stored one may be of other
        credentials."""
        return self.renewed(self._store.get(TOKEN))

    def renewed(self, refused):
        """A token in place of one that is missing, old, or was refused."""
        return self._store.renew(TOKEN, refused, lambda _stored: self._grant())

    def refresh_token(self, code):
        """The refresh token that a seller's consent is worth.

        :param code: what Amazon sent the seller back with (``spapi_oauth_code``), good
            for five minutes and once.
        """
        answer = self._post(
            PATH, {"grant_type": "authorization_code", "code": code, **self._client()}
        )
        return _text(answer, "refresh_token")

    def _grant(self):
        refresh_token = self._settings.secrets.get("refresh_token")
        if not refresh_token:
            raise ConfigError(
                "No refresh token is entered for this channel: authorise the app in"
                " Seller Central and copy its token, or choose Authorise.",
                code="refresh_token",
            )
        answer = self._post(
            PATH,
            {
                "grant_type": "refresh_token",
                "refresh_token": refresh_token,
                **self._client(),
            },
        )
        seconds = answer.get("expires_in")
        try:
            lifetime = timedelta(seconds=int(seconds or 0))
        except (TypeError, ValueError) as error:
            raise ProtocolError(
                f"Login with Amazon says {seconds!r} for a token's life."
            ) from error
        return Token(
            value=_text(answer, "access_token"), expires_at=self._clock() + lifetime
        )

    def _client(self):
        client_id = self._settings.options.get("client_id")
        client_secret = self._settings.secrets.get("client_secret")
        if not client_id or not client_secret:
            raise ConfigError(
                "Client id and client secret are not both entered for this channel.",
                code="client",
            )
        return {"client_id": client_id, "client_secret": client_secret}


def _text(answer, name):
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise ProtocolError(f"Login with Amazon's answer holds no {name}.")
    return value
