"""HTTP with time-outs, one table from status to error, and no surprises.

No redirects are followed (a token must not travel to another host), no retries are made
(queue jobs repeat), environment proxies are honoured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import requests

from .errors import (
    AuthError,
    ChannelError,
    ConfigError,
    ProtocolError,
    RateLimited,
    RejectedError,
    TransientError,
)

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 60.0

BAD_URL = (
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
)

STATUS_ERRORS = {
    400: ProtocolError,
    401: AuthError,
    402: ConfigError,
    403: ConfigError,
    404: ConfigError,
    406: ProtocolError,
    408: TransientError,
    409: TransientError,
    413: ProtocolError,
    415: ProtocolError,
    422: RejectedError,
    423: ConfigError,
    425: TransientError,
    429: RateLimited,
}


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One answer; header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Transport:
    """A connection pool with fixed time-outs.

    :param session: a ``requests.Session``; a new one by default.
    :param timeout: (connect, read) seconds.
    """

    def __init__(self, session=None, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT)):
        self.session = session or requests.Session()
        self.timeout = timeout

    def send(
        self,
        method,
        url,
        *,
        headers=None,
        json=None,
        data=None,
        params=None,
        files=None,
    ):
        """Make one call and return its answer, whatever its status.

        :param files: (field's name, (file's name, bytes, type)) pairs of a form.
        :raises TransientError: when no complete answer came.
        :raises ConfigError: when the address is none (an API base URL with a typing
            mistake).
        """
        try:
            answer = self.session.request(
                method,
                url,
                headers=headers,
                json=json,
                data=data,
                params=params,
                files=files,
                timeout=self.timeout,
                allow_redirects=False,
            )
        except (requests.ConnectionError, requests.Timeout) as error:
            raise TransientError(f"no answer: {type(error).__name__}") from error
        except (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ) as error:
            raise TransientError("the answer broke off") from error
        except BAD_URL as error:
            raise ConfigError(
                f"{url!r} is not an address that can be called"
            ) from error
        lowered = {name.lower(): value for name, value in answer.headers.items()}
        return HttpResponse(
            status=answer.status_code, headers=lowered, body=answer.content
        )

    def stream(self, url, *, headers=None, chunk_size=65536):
        """Read a download piece by piece, so that memory stays flat.

        :return: iterator of bytes.
        :raises ChannelError: by ``error_for_status`` when the status is not 2xx.
        """
        try:
            with self.session.get(
                url,
                headers=headers,
                timeout=self.timeout,
                stream=True,
                allow_redirects=False,
            ) as answer:
                if answer.status_code // 100 != 2:
                    raise error_for_status(answer.status_code, answer.headers)
                yield from answer.iter_content(chunk_size)
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
        ) as error:
            raise TransientError(
                f"download broke off: {type(error).__name__}"
            ) from error


def error_for_status(status, headers=None, message="") -> ChannelError:
    """The error that an HTTP status means, by who must act.

    :param headers: of the answer; ``Retry-After`` in seconds is taken over.
    """
    if 300 <= status < 400:
        error_class = ProtocolError
    elif status >= 500:
        error_class = TransientError
    else:
        error_class = STATUS_ERRORS.get(status, ProtocolError)
    return error_class(
        message or f"HTTP {status}",
        code=str(status),
        retry_after=retry_after(headers or {}),
    )


def retry_after(headers):
    """Seconds from a ``Retry-After`` header, None where it is absent or a date."""
    value = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    try:
        return max(0.0, float(value))
    except ValueError:
        return None
