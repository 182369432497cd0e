from odoo import fields, models

from . import reconcile_sql

MOST_LOOKS = 60  # for repairs to land, before a difference is a person's
LOOK_SECONDS = 10
WAIT_SECONDS = 20  # for a run that this one builds on


class Reconcile(models.AbstractModel):
    """Compares a channel with what is here: one run per stream, one step a job.

    A step asks the channel for one part and stores what it says; the next one compares
    that part by one statement, and rings for repairs by the ways that there are; then
    what the channel did not list is asked for; at last it looks whether the repairs
    have landed, and leaves issues for the rest. What a stream is made of says
    ``channel.reconcile.stream``.
    """

    _name = "channel.reconcile"
    _description = "Reconcile Channels"

    # --- beginning --------------------------------------------------------------------

    def _start(self, channel, origin, streams=None):
        """Begin runs of a channel's streams, those that are not running.

        :param channel: as its service user. :param origin: of the run.
        :param streams: names; None: all.
        :return: the runs that were begun.
        """
        Run = self.env["channel.reconciliation"]
        Run.flush_model()
        now = fields.Datetime.now()
        begun = Run.browse()
        for name, stream in self._streams(channel).items():
            if streams is not None and name not in streams:
                continue
            values = {
                "channel": channel.id,
                "company": channel.company_id.id,
                "stream": name,
                "origin": origin,
                "since": stream._since(channel, now),
                "expected": stream._expected(channel, stream._since(channel, now)),
                "now": now,
                "user": self.env.uid,
            }
            # beside the ORM, which knows no ON CONFLICT
            self.env.cr.execute(reconcile_sql.START, values)
            begun += Run.browse(row_id for (row_id,) in self.env.cr.fetchall())
        self.env["channel.wakeup"]._after_commit(begun, "_job_reconcile")
        return begun

    def _streams(self, channel):
        """:return: dict name -> stream, of those that the channel offers."""
        names = (
            self.env["channel.reconciliation"]._fields["stream"].get_values(self.env)
        )
        streams = {name: self._stream(name) for name in names}
        return {
            name: stream
            for name, stream in streams.items()
            if stream._is_offered(channel)
        }

    def _stream(self, name):
        return self.env[f"channel.reconcile.{name}"]

    # --- one step ---------------------------------------------------------------------

    def _run(self, run):
        """Do the next step of a run.

        :raises RetryableJobError: when the channel is out of reach for the moment.
        """
        if not run.exists() or run.state != "running":
            return
        channel = run.channel_id._as_worker()
        self = self.with_env(channel.env)
        run = run.with_env(channel.env)
        stream = self._stream(run.stream)
        if not channel._is_operating(stream._flow):
            return
        self.env["channel.cursor"]._lock(channel, f"reconcile.{run.stream}")
        run.invalidate_recordset()
        if run.state != "running":
            return
        if stream._must_wait(run):
            self._go_on(run, WAIT_SECONDS)
            return
        getattr(self, f"_{run.phase}")(channel, stream, run)

    def _read(self, channel, stream, run):
        """Store the next part of what the channel says."""
        finished = False
        with channel._call_errors(f"reconcile.{run.stream}"):
            run.page += 1
            position, wait = stream._read(channel, run)
            run.position = position
            if wait:
                self._go_on(run, wait)
            else:
                run.phase = "compare"
                self._go_on(run)
            finished = True
        if not finished:
            self._stop_unreadable(channel, stream, run)

    def _compare(self, channel, stream, run):
        """Compare the part that was read last, and have it repaired."""
        values = {
            "run": run.id,
            "cause": stream._cause,
            "outcome": "pending" if channel.reconcile_repair else "left",
        }
        self.env.flush_all()
        if stream._ours:
            self.env.cr.execute(reconcile_sql.compare(stream._ours), values)
            self.env.cr.execute(reconcile_sql.COUNT, values)
        self._forget(run)
        if channel.reconcile_repair:
            stream._repair(channel, run)
        if run.position:
            run.phase = "read"
        else:
            stream._find_unseen(channel, run)
            run.phase = "ask" if channel.reconcile_repair else "repair"
        self._go_on(run)

    def _ask(self, channel, stream, run):
        """Ask for a batch of what the channel did not list: most of it has only been
        changed meanwhile."""
        lines = self._lines(run, "asking", stream._ask_batch(channel))
        if not lines:
            run.phase = "repair"
            self._go_on(run)
            return
        finished = False
        with channel._call_errors(f"reconcile.{run.stream}"):
            stream._ask(channel, run, lines)
            self._go_on(run)
            finished = True
        if not finished:
            self._stop_unreadable(channel, stream, run)

    def _repair(self, channel, stream, run):
        """See which repairs have landed; what is left is a person's."""
        self.env.flush_all()
        stream._settle(channel, run)
        self._forget(run)
        if (
            self._lines(run, "pending", 1)
            and stream._is_waiting(run)
            and run.looks < MOST_LOOKS
        ):
            run.looks += 1
            self._go_on(run, LOOK_SECONDS)
            return
        self._report(channel, stream, run)
        self._end(run)

    # --- what is left to people -------------------------------------------------------

    def _report(self, channel, stream, run):
        values = {"run": run.id}
        self.env.flush_all()
        self.env.cr.execute(reconcile_sql.LINK_ISSUES, values)
        self._forget(run)
        lines = self._lines(run, "pending")
        told = lines.filtered("issue_id")
        untold = lines - told
        issues = self.env["channel.issue"]._report_many(
            [self._prepare_issue(channel, stream, run, line) for line in untold]
        )
        by_subject = {issue.subject: issue for issue in issues}
        for line in untold:
            line.issue_id = by_subject.get(self._subject(run, line))
        lines.outcome = "issue"
        self.env.flush_all()
        self.env.cr.execute(reconcile_sql.OVER, values | {"all": not stream._ours})
        over = [subject for (subject,) in self.env.cr.fetchall()]
        self.env["channel.issue"]._settle(channel, "reconcile", over)

    def _prepare_issue(self, channel, stream, run, line):
        return {
            "channel": channel,
            "kind": "reconcile",
            "subject": self._subject(run, line),
            "message": stream._message(line),
            "order": line.order_id,
            "listing": line.listing_id,
        }

    def _subject(self, run, line):
        return f"{run.stream}:{line.external_id}"

    # --- ending -----------------------------------------------------------------------

    def _stop_unreadable(self, channel, stream, run):
        """An issue says why the channel could not be asked. One that blocks it lets the
        run go on when it is resolved."""
        if channel._is_operating(stream._flow):
            note = self.env._("The channel's answer was not understood: see its issues")
            self._end(run, "stopped", note)

    def _end(self, run, state=None, note=None):
        """:param state: by what is left, when not given."""
        self.env.flush_all()
        self.env.cr.execute(
            reconcile_sql.END,
            {
                "run": run.id,
                "state": state,
                "note": note,
                "now": fields.Datetime.now(),
            },
        )
        self.env.cr.execute(reconcile_sql.FORGET_SEEN, {"run": run.id})
        self._forget(run)
        others = [("channel_id", "=", run.channel_id.id), ("state", "=", "running")]
        self.env["channel.wakeup"]._after_commit(run.search(others), "_job_reconcile")

    # --- helpers ----------------------------------------------------------------------

    def _go_on(self, run, seconds=0):
        wakeup = self.env["channel.wakeup"]
        if seconds:
            wakeup._later(run, "_job_reconcile", seconds)
        else:
            wakeup._after_commit(run, "_job_reconcile")

    def _lines(self, run, outcome, limit=None):
        domain = [("run_id", "=", run.id), ("outcome", "=", outcome)]
        return self.env["channel.reconciliation.line"].search(
            domain, order="id", limit=limit
        )

    def _forget(self, run):
        """Let the ORM read again what was written beside it."""
        run.invalidate_recordset(flush=False)
        self.env["channel.reconciliation.line"].invalidate_model(flush=False)
