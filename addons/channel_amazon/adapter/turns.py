"""Writes that Amazon takes one by one."""

from odoo.addons.channel_base.adapter.canonical import PushResult, PushStatus
from odoo.addons.channel_base.adapter.errors import TransientError
from odoo.addons.channel_base.adapter.port import PushAnswer

from .errors import Refused

GO_ON_AFTER = 2.0  # seconds until the rest of a batch that was cut short is told


def in_turn(targets, tell):
    """Tell targets one after the other; one that is refused spoils no other.

    A call that fails for the moment ends the batch for now: what was told before it is
    answered, the rest is asked for again.

    :param tell: function from a target to its ``PushResult``.
    :raises TransientError: when nothing could be told.
    """
    results = []
    for target in targets:
        try:
            results.append(tell(target))
        except Refused as error:
            results.append(rejected(target, error.code or "", error.message))
        except TransientError as error:
            if not results:
                raise
            wait = error.retry_after or GO_ON_AFTER
            return PushAnswer(tuple(results), retry_after=wait)
    return PushAnswer(tuple(results))


def rejected(target, code, message):
    """The result of what Amazon does not take."""
    return PushResult(
        key=target.key, status=PushStatus.REJECTED, code=code, message=message
    )
