import time

from odoo import api, models

LANES = "root.channel_hub%"
LOOK_EVERY = 0.5  # seconds
STILL = 3  # looks in a row that must find nothing: work wakes work


class ChannelQuiet(models.AbstractModel):
    """Tells whether anything is left to do."""

    _name = "channel.quiet"
    _description = "Is Anything Left to Do?"

    def _is_quiet(self, channels):
        return not self._left(channels)

    def _wait(self, channels, timeout):
        """Look with fresh transactions until nothing is left.

        :raises TimeoutError: with what is left.
        """
        deadline = time.monotonic() + timeout
        found = 0
        while found < STILL:
            left = self._look(channels)
            if not left:
                found += 1
            else:
                found = 0
                if time.monotonic() > deadline:
                    raise TimeoutError(f"still to do after {timeout} s: {left}")
            time.sleep(LOOK_EVERY)

    def _look(self, channels):
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, {}, self.env.su)
            return env[self._name]._left(channels.with_env(env))

    def _left(self, channels):
        """What rows ask for, and jobs that wait or run; failed ones do not count."""
        worker = self.env.ref("channel_base.user_worker")
        self = self.with_user(worker)
        bells = self.env["channel.sweeper"]._bells(
            channels.with_user(worker) & self.env["channel.channel"]._operating()
        )
        left = [f"{target}.{method}" for target, method in bells]
        self.env["queue.job"].flush_model()
        self.env.cr.execute(
            "SELECT func_string FROM queue_job WHERE channel LIKE %s"
            " AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started')",
            (LANES,),
        )
        return left + [row[0] for row in self.env.cr.fetchall()]
