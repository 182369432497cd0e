"""Redaction."""

import pytest

from odoo.addons.channel_base.adapter.trace import REDACTED, Call, redact

NAMES = [
    "access_token",
    "refreshToken",
    "X-Shopify-Access-Token",
    "client_secret",
    "Authorization",
    "api_key",
    "apiKey",
    "PASSWORD",
    "hmac",
    "aws_credentials",
    "X-Amz-Signature",
]


@pytest.mark.parametrize("name", NAMES)
def test_secrets_are_blanked_however_deep(name):
    value = {"a": [{"b": {name: "canary"}}, ({name: ["canary"]},)]}
    assert "canary" not in str(redact(value))
    assert redact({name: "canary"}) == {name: REDACTED}


def test_everything_else_stays():
    value = {"id": 1, "lines": [{"sku": "A", "price": None}]}
    assert redact(value) == value


def test_texts_do_not_show_in_repr():
    call = Call("Orders", "200", 0.1, request="canary", response="canary")
    assert "canary" not in repr(call)
