"""In `odoo shell`: the waiting jobs, run here as queue_job's controller runs them.

Gives ``run_jobs``; to be put before the code that uses it.
"""

import gc
import time
from collections import defaultdict

from odoo import SUPERUSER_ID, api

from odoo.addons.queue_job.controllers.main import RunJobController

NEXT = """
    SELECT uuid, method_name FROM queue_job
     WHERE state = 'pending' AND method_name = ANY(%s)
       AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')
     ORDER BY priority, id LIMIT 1
"""
ENQUEUE = """
    UPDATE queue_job SET state = 'enqueued', date_enqueued = now() AT TIME ZONE 'UTC'
     WHERE uuid = %s
"""


def run_one(registry, methods):
    """Run the next job of some methods; its method, or None when there is none."""
    with registry.cursor() as cr:
        environment = api.Environment(cr, SUPERUSER_ID, {})
        cr.execute(NEXT, (list(methods),))
        row = cr.fetchone()
        if not row:
            return None
        cr.execute(ENQUEUE, row[:1])
        cr.commit()
        job = RunJobController._acquire_job(environment, row[0])
        RunJobController._runjob(environment, job)
        return row[1]


def run_jobs(registry, methods, limit=None):
    """Run the waiting jobs of some methods, and those that they bring forth.

    :param limit: jobs of the first method to run at most.
    :return: {method: [jobs, CPU seconds, wall seconds]}.
    """
    spent = defaultdict(lambda: [0, 0.0, 0.0])
    while limit is None or spent[methods[0]][0] < limit:
        gc.collect()
        cpu, wall = time.process_time(), time.perf_counter()
        method = run_one(registry, methods)
        if not method:
            break
        spent[method][0] += 1
        spent[method][1] += time.process_time() - cpu
        spent[method][2] += time.perf_counter() - wall
    return dict(spent)
