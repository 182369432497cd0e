"""HTTP: one answer or an error that says who must act."""

import threading

import pytest
import requests

from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    ProtocolError,
    RateLimited,
    TransientError,
)
from odoo.addons.channel_base.adapter.transport import (
    Transport,
    error_for_status,
    retry_after,
)

from .stub import answering


def test_any_status_is_an_answer():
    with answering(418, b"tea", {"X-Request-Id": "r1"}) as origin:
        answer = Transport().send("POST", origin, json={"a": 1})
    assert (answer.status, answer.body) == (418, b"tea")
    assert answer.headers["x-request-id"] == "r1"


def test_redirects_are_not_followed():
    with answering(302, b"", {"Location": "http://127.0.0.1:1/"}) as origin:
        assert Transport().send("GET", origin).status == 302


@pytest.mark.parametrize(
    "url", ["", "no-address", "ftp://x.example", "http://", "http://[::1"]
)
def test_a_mistyped_address_is_a_setting(url):
    with pytest.raises(ConfigError):
        Transport().send("GET", url)


def test_no_answer_in_time():
    with (
        answering(wait=threading.Event()) as origin,
        pytest.raises(TransientError),
    ):
        Transport(timeout=(1, 0.1)).send("GET", origin)


def test_nothing_of_a_response_shows_in_repr():
    with answering(200, b"canary", {"X-Token": "canary"}) as origin:
        assert "canary" not in repr(Transport().send("GET", origin))


def test_download_is_streamed_and_checked():
    with answering(200, b"x" * 200_000) as origin:
        pieces = list(Transport().stream(origin, chunk_size=65536))
    assert b"".join(pieces) == b"x" * 200_000
    assert len(pieces) > 1
    with answering(403) as origin, pytest.raises(ConfigError):
        list(Transport().stream(origin))


def test_download_that_breaks_off(monkeypatch):
    broken = requests.exceptions.ChunkedEncodingError("cut")

    def iter_content(_response, _size):
        yield b"half"
        raise broken

    monkeypatch.setattr(requests.Response, "iter_content", iter_content)
    with answering(200, b"half a file") as origin, pytest.raises(TransientError):
        list(Transport().stream(origin))


def test_unknown_statuses_are_for_developers_and_5xx_pass():
    assert type(error_for_status(418)) is ProtocolError
    assert type(error_for_status(599)) is TransientError
    assert type(error_for_status(307)) is ProtocolError


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3), ("0.5", 0.5), ("-4", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
def test_retry_after_in_seconds(header, seconds):
    assert retry_after({"RETRY-AFTER": header}) == seconds
    error = error_for_status(429, {"Retry-After": header})
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds
