"""Signatures over raw bodies."""

import base64
import hashlib
import hmac

import pytest

from odoo.addons.channel_base.adapter.webhook import WebhookRequest, sign, verify

BODY = '{"note": "Grüße 🎉\\n"}'.encode()


def test_sign_is_base64_hmac_sha256_of_the_raw_body():
    digest = hmac.new(b"secret", BODY, hashlib.sha256).digest()
    assert sign("secret", BODY) == base64.b64encode(digest).decode()


def test_current_and_previous_secret_are_accepted():
    for secret in ("now", "before"):
        assert verify(["now", "before"], BODY, sign(secret, BODY))


@pytest.mark.parametrize("signature", ["", "x", sign("other", BODY), "ü", "\udcff"])
def test_anything_else_is_refused(signature):
    assert not verify(["now", "before"], BODY, signature)


def test_no_secret_signs_nothing():
    assert not verify([None, ""], BODY, sign("", BODY))


def test_a_byte_more_is_another_body():
    assert not verify(["now"], BODY + b" ", sign("now", BODY))


def test_headers_are_found_in_any_case_and_do_not_show():
    request = WebhookRequest.build([("X-Canary", "canary")], b"canary")
    assert request.headers == {"x-canary": "canary"}
    assert "canary" not in repr(request)
