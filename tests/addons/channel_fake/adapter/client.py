"""Calls of the fake marketplace: a token from a password, JSON in and out."""

import json
import time
from datetime import timedelta

from odoo.addons.channel_base.adapter.errors import AuthError, ProtocolError
from odoo.addons.channel_base.adapter.ratelimit import Bucket
from odoo.addons.channel_base.adapter.tokens import Token
from odoo.addons.channel_base.adapter.trace import Call
from odoo.addons.channel_base.adapter.transport import error_for_status

CALLS = Bucket("calls", capacity=50, refill=50)


class Client:
    """One seller account.

    :param adapter: whose settings, transport, clock, limiter, tokens, trace are used.
    """

    def __init__(self, adapter):
        self._to = adapter

    def call(self, verb, **arguments):
        """Make one call.

        :raises ChannelError: by who must act.
        """
        token = self._to.token_store.get("api")
        if token is None or token.expires_at <= self._to.clock():
            token = self._renew(token)
        try:
            return self._post(verb, arguments, token)
        except AuthError:
            # the token may have been revoked before its time: once more with a new one
            return self._post(verb, arguments, self._renew(token))

    def _renew(self, seen):
        return self._to.token_store.renew("api", seen, lambda _stored: self._token())

    def _token(self):
        password = self._to.settings.secrets.get("password", "")
        answer = self._post("token", {"password": password})
        expires = self._to.clock() + timedelta(seconds=answer["expires_in"])
        return Token(answer["token"], expires_at=expires)

    def _post(self, verb, arguments, token=None):
        self._to.rate_limiter.acquire(CALLS)
        started = time.monotonic()
        response = self._to.transport.send(
            "POST",
            f"{self._to.settings.base_url}/{self._to.settings.account}/{verb}",
            json=arguments,
            headers={"Authorization": token.value} if token else {},
        )
        shown = "" if verb == "token" else response.body.decode(errors="replace")
        self._to.trace(
            Call(verb, str(response.status), time.monotonic() - started, response=shown)
        )
        if response.status != 200:
            raise error_for_status(response.status, response.headers)
        try:
            return json.loads(response.body)
        except ValueError as error:
            raise ProtocolError(f"{verb}: the answer is not JSON") from error
