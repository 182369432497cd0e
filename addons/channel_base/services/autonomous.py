"""Small transactions beside the one at hand: what they write stays."""

import random
import time

from psycopg2 import sql

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

TRIES = 8


def autonomous(env, function, lock_timeout=5.0):
    """Run a small statement in a short transaction of its own.

    Only for tables that the transactions of jobs never write, else it may wait for
    itself.

    :param function: called with a cursor; called again after a concurrency error.
    :param lock_timeout: seconds to wait for a row that another transaction holds.
    :return: what ``function`` returned.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with env.registry.cursor() as cr:
                milliseconds = sql.Literal(int(lock_timeout * 1000))
                cr.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(milliseconds))
                return function(cr)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if attempt == TRIES:
                raise
            time.sleep(random.uniform(0, 0.005 * 2**attempt))
    raise AssertionError("unreachable")
