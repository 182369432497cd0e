import datetime as dt
import logging

import psycopg2

from odoo import models

_logger = logging.getLogger(__name__)

PENDING = "channel_base.wakeup"
# how jobs fail whose database went away: through no fault of theirs
CUT_OFF = (
    "psycopg2.InterfaceError",
    "psycopg2.OperationalError",
    "psycopg2.errors.AdminShutdown",
    "psycopg2.errors.CrashShutdown",
    "psycopg2.errors.CannotConnectNow",
)


class ChannelWakeup(models.AbstractModel):
    """Jobs are only bells: rung after COMMIT, once for all who ring at the same time.

    A waiting job starts with a snapshot that is newer than the commit that found it
    waiting, so it sees what was committed.
    """

    _name = "channel.wakeup"
    _description = "Wakes Jobs Up"

    def _after_commit(self, target, method, delay=0):
        """Have a job waiting as soon as this transaction is committed.

        :param target: one job per record; an empty recordset for a model's own job.
        :param method: name of the job method.
        :param delay: seconds that the job waits for more to come, when it is a new one.
        """
        callbacks = self.env.cr.postcommit
        bells = callbacks.data.setdefault(PENDING, {})
        if not bells:
            callbacks.add(self._ring)
        for record_id in target.ids or [False]:
            bell = (target._name, record_id, method)
            bells[bell] = min(delay, bells.get(bell, delay))

    def _now(self, target, method):
        """Enqueue in this very transaction, unless such a job waits: for crons."""
        self._now_many([(target, method)])

    def _now_many(self, pairs, spare_failing=False):
        """``_now`` for many.

        :param pairs: (target, method).
        :param spare_failing: leave alone what has failed lately: the more often, the
            longer.
        """
        bells = [
            (target._name, record_id, method)
            for target, method in pairs
            for record_id in target.ids or [False]
        ]
        if spare_failing:
            resting = self._resting([_key(bell) for bell in bells])
            bells = [bell for bell in bells if _key(bell) not in resting]
        self._enqueue(dict.fromkeys(bells, 0))

    def _later(self, target, method, seconds):
        """Enqueue for later, unless one waits that was asked for in this way.

        Such a job never stands for one that is wanted now.
        """
        for record_id in target.ids or [False]:
            bell = (target._name, record_id, method)
            self._create_job(bell, f"{_key(bell)}:later", seconds)

    def _ring(self):
        bells = dict(self.env.cr.postcommit.data.get(PENDING, ()))
        try:
            # no lock is asked for: the bare cursor will do, and webhooks wait for this
            with self.env.registry.cursor() as cr:
                self.with_env(self.env(cr=cr))._enqueue(bells)
        except psycopg2.Error:
            # what was committed stays; the sweeper rings within a minute
            _logger.exception("jobs could not be woken up: %s", bells)

    def _enqueue(self, bells):
        """:param bells: dict (model, record id, method) -> seconds to wait."""
        keys = {_key(bell): bell for bell in bells}
        waiting = self._waiting(keys)
        for key, bell in keys.items():
            if key not in waiting:
                self._create_job(bell, key, bells[bell])

    def _waiting(self, keys):
        """Which of these jobs wait to be started."""
        self.env["queue.job"].flush_model()
        self.env.cr.execute(
            "SELECT identity_key FROM queue_job WHERE identity_key = ANY(%s)"
            " AND state IN ('wait_dependencies', 'pending', 'enqueued')",
            (list(keys),),
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def _resting(self, keys):
        """Which of these jobs failed so lately that another try is not worth it yet."""
        self.env.cr.execute(
            """
            SELECT identity_key FROM queue_job
             WHERE identity_key = ANY(%s) AND state = 'failed'
               AND coalesce(exc_name, '') <> ALL(%s)
               AND date_created > now() AT TIME ZONE 'UTC' - interval '1 day'
             GROUP BY identity_key
            HAVING max(date_created) > now() AT TIME ZONE 'UTC'
                   - least(power(2, count(*)), 60) * interval '1 minute'
            """,
            (keys, list(CUT_OFF)),
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def _create_job(self, bell, key, seconds):
        """Time-outs and throttling never make a job fail: it has endless retries."""
        model, record_id, method = bell
        target = self._as_worker(self.env[model].browse(record_id or ()))
        eta = dt.timedelta(seconds=seconds) if seconds else None
        getattr(target.with_delay(identity_key=key, eta=eta, max_retries=0), method)()

    def _as_worker(self, target):
        """The target as the service user of its channel, or of the whole hub, without
        anything of the context in which somebody happened to ring."""
        env = self.env(user=self.env.ref("channel_base.user_worker").id, context={})
        target = target.with_env(env)
        channel = target
        if "channel_id" in target._fields:
            channel = target.channel_id
        if target and channel._name == "channel.channel":
            return target.with_env(channel._as_worker().env)
        return target


def _key(bell):
    return ":".join(str(part) for part in bell)
