import datetime as dt

from odoo import models

from .autonomous import autonomous

PENDING = "channel_base.wakeup"


class ChannelWakeup(models.AbstractModel):
    """Jobs are only bells: rung after COMMIT, and once for all who ring at the same time.

    A waiting job starts with a snapshot that is newer than the commit that found it
    waiting, so it sees what was committed.
    """

    _name = "channel.wakeup"
    _description = "Wakes Jobs Up"

    def _after_commit(self, target, method):
        """Have a job waiting as soon as this transaction is committed.

        :param target: one job per record; an empty recordset for a model's own job.
        :param method: name of the job method.
        """
        callbacks = self.env.cr.postcommit
        bells = callbacks.data.setdefault(PENDING, {})
        if not bells:
            callbacks.add(self._ring)
        for record_id in target.ids or [False]:
            bells[(target._name, record_id, method)] = True

    def _now(self, target, method):
        """Enqueue in this very transaction, unless such a job waits: for crons and tests."""
        self._enqueue(
            [(target._name, record_id, method) for record_id in target.ids or [False]]
        )

    def _later(self, target, method, seconds):
        """Enqueue for later. Such a job never stands for one that is wanted now."""
        for record_id in target.ids or [False]:
            self._create_job((target._name, record_id, method), seconds)

    def _ring(self):
        bells = list(self.env.cr.postcommit.data.get(PENDING, ()))
        autonomous(self.env, lambda cr: self.with_env(self.env(cr=cr))._enqueue(bells))

    def _enqueue(self, bells):
        keys = {_key(bell): bell for bell in bells}
        self.env["queue.job"].flush_model()
        self.env.cr.execute(
            "SELECT identity_key FROM queue_job WHERE identity_key = ANY(%s)"
            " AND state IN ('wait_dependencies', 'pending', 'enqueued')",
            (list(keys),),
        )
        waiting = {row[0] for row in self.env.cr.fetchall()}
        for key, bell in keys.items():
            if key not in waiting:
                self._create_job(bell)

    def _create_job(self, bell, seconds=0):
        """Time-outs and throttling never make a job fail: it has endless retries."""
        model, record_id, method = bell
        target = self._as_worker(self.env[model].browse(record_id or ()))
        key = f"{_key(bell)}:later" if seconds else _key(bell)
        eta = dt.timedelta(seconds=seconds) if seconds else None
        getattr(target.with_delay(identity_key=key, eta=eta, max_retries=0), method)()

    def _as_worker(self, target):
        """The target as the service user of its channel, or of the whole hub."""
        channel = target if target._name == "channel.channel" else None
        if target and "channel_id" in target._fields:
            channel = target.sudo().channel_id
        if channel:
            worker = channel.sudo()._as_worker()
            return target.with_user(worker.env.user).with_company(worker.company_id)
        return target.with_user(self.env.ref("channel_base.user_worker"))


def _key(bell):
    return ":".join(str(part) for part in bell)
