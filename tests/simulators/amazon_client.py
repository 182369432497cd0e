"""The real python-amazon-sp-api library bound to a simulator, with those of its traps
closed that would hide answers (fact sheet, section 3)."""

import httpx
from sp_api.auth import access_token_client
from sp_api.base import Marketplaces
from sp_api.base._transport_httpx import HttpxTransport
from sp_api.base.credential_provider import FromCodeCredentialProvider


class Refused(Exception):
    """An answer that the library raises nothing at.

    :param answer: httpx response
    """

    def __init__(self, answer):
        super().__init__(f"{answer.status_code} {answer.text[:200]}")
        self.answer = answer


class Transport(HttpxTransport):
    """Calls go to the simulator; answers without `errors` are not lost."""

    def __init__(self, base, client):
        self._base = httpx.URL(base)
        super().__init__(client=client)

    def request(self, method, url, **given):
        """Send to the simulator.

        :raises Refused: a bad status without `errors` or `error`
        """
        url = httpx.URL(url).copy_with(
            scheme=self._base.scheme, host=self._base.host, port=self._base.port
        )
        headers = given.get("headers") or {}
        given["headers"] = {k: v for k, v in headers.items() if k.lower() != "host"}
        answer = super().request(method, url, **given)
        if answer.status_code >= 400 and not _told(answer):
            raise Refused(answer)
        return answer


def _told(answer):
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and bool(body.get("errors") or body.get("error"))


_HTTP = httpx.Client(trust_env=False, timeout=10)


def bound(kind, seller, base, marketplace="DE"):
    """Return a client of the library, e.g. of `OrdersV20260101`.

    :param seller: answer of the control API's `POST sellers`
    """
    access_token_client.cache.clear()  # it is shared by all accounts of a process
    access_token_client.grantless_cache.clear()
    client = kind(
        marketplace=Marketplaces[marketplace],
        credentials={
            "refresh_token": seller["refresh_token"],
            "lwa_app_id": seller["app"]["client_id"],
            "lwa_client_secret": seller["app"]["client_secret"],
        },
        credential_providers=(FromCodeCredentialProvider,),
        verify=_HTTP_CONTEXT,
    )
    client._transport = client._auth._transport = Transport(base, _HTTP)
    return client


_HTTP_CONTEXT = False  # nothing is ever sent by the library's own clients
