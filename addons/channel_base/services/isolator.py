"""One bad record never stops the others."""

import gc
import logging
from contextlib import contextmanager

from psycopg2 import InterfaceError, OperationalError

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.errors import ConfigError, TransientError

_logger = logging.getLogger(__name__)

WHOLE_JOB = (
    OperationalError,
    InterfaceError,  # the connection is gone
    RetryableJobError,
    TransientError,
    ConfigError,
)


def isolate(env, records, work, failed):
    """Work on a batch; where it fails, halve it until the offenders stand alone.

    This is the one sanctioned catch-all: what no code foresees for one record becomes
    an issue and an ERROR log line, and the rest goes on. What concerns the whole job is
    raised again: errors of the database, requests for a repeat, and a channel that is
    out of reach or not set up.

    :param records: a recordset or list; any slice of it may be given to ``work``.
    :param work: called with a part of the records, in a savepoint of its own.
    :param failed: called with one record and its exception, outside that savepoint.
    """
    if not records:
        return
    error = _attempt(env, records, work)
    if not error:
        return
    if len(records) == 1:
        _logger.error("%s could not be processed", records[0], exc_info=error)
        failed(records[0], error)
        return
    middle = len(records) // 2
    isolate(env, records[:middle], work, failed)
    isolate(env, records[middle:], work, failed)


def _attempt(env, records, work):
    """:return: the exception that undid the work, None when it is done."""
    try:
        with env.cr.savepoint(), _uncollected():
            work(records)
    except WHOLE_JOB:
        raise
    except Exception as error:  # noqa: BLE001 - see ``isolate``
        # what the savepoint undid must not live on in the cache
        env.invalidate_all(flush=False)
        return error
    return None


@contextmanager
def _uncollected():
    """No garbage collection for the length of a batch: it would walk through all that
    the ORM holds, again and again, for a tenth of the time. Odoo's own
    ``disabling_gc`` leaves it off after an error.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
