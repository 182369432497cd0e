"""Calls to a channel become rows of the sync log, also when the job is rolled back."""

import base64
from urllib.parse import quote

from ..adapter.trace import REDACTED
from .autonomous import autonomous

MAX_TEXT = 4000  # characters of a request or a response that are kept

INSERT = """
    INSERT INTO channel_sync_log (created_at, channel_id, company_id, direction,
        operation, status, duration, request_id, request, response, error, job_uuid)
    VALUES (clock_timestamp() AT TIME ZONE 'UTC',
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class TableTracer:
    """The adapter layer's ``Trace`` over ``channel.sync.log``.

    :param direction: ``in`` for reading calls, ``out`` for writing ones.
    :param hidden: secrets that must not be in any text, in whatever spelling.
    """

    def __init__(self, channel, direction, hidden):
        self._env = channel.env
        self._head = (channel.id, channel.company_id.id)
        self._direction = direction
        self._hidden = spellings(hidden)
        self._job = channel.env.context.get("job_uuid")

    def __call__(self, call):
        """Store one call (``adapter.trace.Call``)."""
        values = (
            *self._head,
            self._direction,
            call.operation,
            call.status,
            call.duration,
            call.request_id,
            self._clean(call.request),
            self._clean(call.response),
            self._clean(call.error),
            self._job,
        )
        autonomous(self._env, lambda cr: cr.execute(INSERT, values))

    def _clean(self, text):
        for secret in self._hidden:
            text = text.replace(secret, REDACTED)
        return text.replace("\x00", "")[:MAX_TEXT]


def spellings(secrets):
    """Each secret as it is, URL-encoded and in base64; the longest first."""
    found = set()
    for secret in filter(None, secrets):
        found |= {
            secret,
            quote(secret, safe=""),
            base64.b64encode(secret.encode()).decode(),
        }
    return sorted(found, key=len, reverse=True)
