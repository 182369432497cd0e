"""The error tree says who must act."""

import pytest

from odoo.addons.channel_base.adapter import errors
from odoo.addons.channel_base.adapter.errors import ChannelError, UnmappedError

CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, ChannelError)
]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_is_in_the_tree_and_documented(cls):
    assert cls.__name__ in errors.__doc__
    assert cls.__doc__


def test_they_carry_code_and_wait():
    error = errors.RateLimited("slow down", code="429", retry_after=2.5)
    assert (str(error), error.code, error.retry_after) == ("slow down", "429", 2.5)


def test_unmapped_names_the_code():
    error = UnmappedError("unknown gateway", kind="gateway", external_code="klarna")
    assert (error.kind, error.external_code) == ("gateway", "klarna")


def test_retryable_errors_are_exactly_the_transient_ones():
    retryable = {c.__name__ for c in CLASSES if issubclass(c, errors.TransientError)}
    assert retryable == {"TransientError", "RateLimited"}
