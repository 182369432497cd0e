"""What an error of a call to a channel means for the job that made the call."""

import logging
from contextlib import contextmanager

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.errors import AuthError, ConfigError, ProtocolError, TransientError

_logger = logging.getLogger(__name__)


@contextmanager
def call_errors(channel, subject="connection"):
    """Sort the errors of a block that calls out by who must act.

    What the block wrote is undone on every error. Afterwards the job is postponed
    (nobody needs to act), or it goes on behind the block and ends, with an issue that
    says what to do: so the block holds everything that needs the answer.

    :param subject: what the call is about, for the issue of an answer not understood.
    :raises RetryableJobError: for transient errors; throttling counts as no failure.
    """
    try:
        with channel.env.cr.savepoint():
            yield
    except TransientError as error:
        throttled = error.retry_after is not None
        # without seconds of its own, the job's retry pattern decides
        raise RetryableJobError(
            error.message, seconds=error.retry_after or None, ignore_retry=throttled
        ) from error
    except ConfigError as error:
        kind = "auth" if isinstance(error, AuthError) else "config"
        channel.env["channel.issue"]._report(
            channel,
            kind,
            "connection",
            error.message,
            detail=_code(error),
            blocking=True,
        )
    except ProtocolError as error:
        _logger.exception(
            "%s: an answer was not understood (%s)", channel.name, subject
        )
        channel.env["channel.issue"]._report(
            channel, "protocol", subject, error.message, detail=_code(error)
        )


def _code(error):
    return str(error.code or "")
