"""Rows that several lanes write: whoever is first has them, the others come later."""

from psycopg2.errors import SerializationFailure

from odoo.addons.queue_job.exception import RetryableJobError


def hold(cr, query, params=None):
    """Lock rows that nobody else has locked, before any work is done on them.

    :param query: ends in ``FOR NO KEY UPDATE SKIP LOCKED``.
    :return: its rows.
    :raises RetryableJobError: one of them was changed a moment ago; nothing is lost
        yet, and the next snapshot is newer.
    """
    try:
        with cr.savepoint(flush=False):
            cr.execute(query, params, log_exceptions=False)
            return cr.fetchall()
    except SerializationFailure as error:
        raise RetryableJobError(
            "an order has just been changed", seconds=1, ignore_retry=True
        ) from error
