from datetime import UTC, datetime, timedelta

from psycopg2.errors import LockNotAvailable

from odoo import fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter import codec
from ..adapter.canonical import PushResult, PushStatus
from ..adapter.errors import RejectedError
from ..adapter.port import PushAnswer
from . import push_sql
from .autonomous import autonomous
from .push_kinds import KINDS

POLL_AFTER = 30  # seconds until a ticket, or a missing answer, is asked for
OUTDATING = {"stock", "price"}  # kinds whose numbers may be others by then
STALE_AFTER = timedelta(minutes=10)  # older ones are computed again instead of sent


class PushSend(models.AbstractModel):
    """Make the one call of one frozen batch and write its answers down; nothing else.

    One sender per channel and kind: an older number can never land last.
    """

    _name = "channel.push.send"
    _description = "Send Batches"

    def _run(self, batch):
        """Send a batch, or ask for the answers behind its ticket.

        After a crash the same rows are sent again with the same key.

        :raises RetryableJobError: when another sender holds the stream or the batch,
            and for transient errors of the call.
        """
        batch = batch.exists()
        if not batch:
            return
        channel = batch.channel_id._as_worker()
        if not channel._is_operating():
            return
        batch = batch.with_env(channel.env)
        if batch.state in ("pending", "sent"):
            self.with_env(channel.env)._work(channel, batch)
        self._wake_next(batch)

    def _work(self, channel, batch):
        self.env["channel.cursor"]._lock(channel, f"push.{batch.kind}")
        self._lock(batch)
        if self._is_outdated(batch):
            self._give_back(batch)
            return
        if not self._may_begin(channel, batch):
            self._withhold(batch)
            return
        answer = self._call(channel, batch)
        if answer is not None:
            self._store(batch, answer)

    def _lock(self, batch):
        """Have the batch alone: the stock lane must not replace it from now on."""
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    push_sql.LOCK, {"batch": batch.id}, log_exceptions=False
                )
        except LockNotAvailable as error:
            raise RetryableJobError(
                f"batch {batch.key} is busy", seconds=1, ignore_retry=True
            ) from error

    def _is_outdated(self, batch):
        """What waited long, say in a paused channel, and never left."""
        return (
            batch.kind in OUTDATING
            and batch.verb == "write"
            and batch.create_date < fields.Datetime.now() - STALE_AFTER
            and not batch._begun()
        )

    def _may_begin(self, channel, batch):
        """Whether the call may be made; if so, that it begins is noted.

        Looked at and noted beside this transaction, at once: no call begins after a
        person has put the flow in shadow, switched it off or paused the channel,
        however old the snapshot at hand is.
        """

        def look_and_note(cr):
            fresh = channel.with_env(channel.env(cr=cr))
            writes = batch.verb != "count" and not batch.ticket
            allowed = fresh._sending if writes else fresh._operating
            if fresh not in allowed(KINDS[batch.kind].flow):
                return False
            if not batch.ticket:
                cr.execute(push_sql.ATTEMPT, {"batch": batch.id})
            return True

        return autonomous(self.env, look_and_note)

    def _withhold(self, batch):
        """Take back what must not be sent any more; it is computed again.

        What may have reached the channel already keeps its rows and its key until it
        may be sent again.
        """
        waits = batch.ticket or batch.verb == "count"
        if not waits and (batch.verb != "write" or not batch._begun()):
            self._give_back(batch)

    def _give_back(self, batch):
        batch.state = "superseded"
        self._wake_folding(batch)

    # --- the call ---------------------------------------------------------------------

    def _call(self, channel, batch):
        """:return: ``PushAnswer``, None when an issue tells why there is none."""
        answer = None
        with channel._call_errors(f"batch:{batch.key}"):
            adapter = channel._adapter("out" if batch.verb == "write" else "in")
            if batch.ticket:
                answer = adapter.poll(batch.ticket)
            else:
                answer = self._begin(adapter, batch)
        return answer

    def _begin(self, adapter, batch):
        kind = KINDS[batch.kind]
        targets = tuple(
            codec.loads(kind.target, item.payload) for item in batch.item_ids
        )
        if batch.verb != "write":
            return self._read(adapter, targets)
        try:
            return getattr(adapter, kind.verb)(batch.key, targets)
        except RejectedError as error:
            return PushAnswer(
                tuple(
                    PushResult(
                        key=target.key,
                        status=PushStatus.REJECTED,
                        code=str(error.code or ""),
                        message=error.message,
                    )
                    for target in targets
                )
            )

    def _read(self, adapter, targets):
        """Read levels; what the channel does not keep at a place is not shown there."""
        asked_at = adapter.clock()
        pairs = tuple((target.stock_key, target.location) for target in targets)
        found = {
            (level.listing, level.location): (level.available, level.read_at)
            for level in adapter.stock_levels(pairs)
        }
        results = []
        for target, pair in zip(targets, pairs, strict=True):
            available, read_at = found.get(pair, (0, asked_at))
            results.append(
                PushResult(
                    key=target.key,
                    status=PushStatus.DONE,
                    observed=available,
                    observed_at=read_at,
                )
            )
        return PushAnswer(tuple(results))

    # --- the answer -------------------------------------------------------------------

    def _store(self, batch, answer):
        """Write results on the items, and whether the batch is finished."""
        self._store_results(batch, answer.results)
        now = _naive(datetime.now(UTC))  # to the microsecond: it may be compared
        values = {"sent_at": batch.sent_at or now}
        if self._is_unfinished(batch):
            delay = answer.retry_after or POLL_AFTER
            values |= {
                "state": "sent",
                "ticket": answer.ticket,
                "poll_at": now + timedelta(seconds=delay),
            }
            self.env["channel.wakeup"]._later(batch, "_job_send", delay)
        else:
            refused = all(item.status == "rejected" for item in batch.item_ids)
            values |= {"state": "rejected" if refused else "done", "answered_at": now}
            self._wake_folding(batch)
        batch.write(values)

    def _store_results(self, batch, results):
        rows = [
            (
                result.key,
                result.status.value,
                result.code or None,
                result.message or None,
                result.observed,
                _naive(result.observed_at),
                result.external_id or None,
                result.outcome or None,
            )
            for result in results
        ]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 8
        names = (
            "keys",
            "statuses",
            "codes",
            "messages",
            "observed",
            "moments",
            "ids",
            "outcomes",
        )
        values = dict(zip(names, columns, strict=True), batch=batch.id)
        self.env.cr.execute(push_sql.STORE_RESULTS, values)
        batch.item_ids.invalidate_recordset()

    def _is_unfinished(self, batch):
        """Items that wait for a ticket, or that the answer forgot: asked again as they
        are."""
        return any(item.status in ("open", "pending") for item in batch.item_ids)

    def _wake_next(self, batch):
        """Ring the bell of the channel's next batch."""
        values = {
            "channel": batch.channel_id.id,
            "kind": batch.kind,
            "batch": batch.id,
        }

        def look(cr):
            cr.execute(push_sql.NEXT_PENDING, values)
            return cr.fetchone()[0]

        following = autonomous(self.env, look)
        if following:
            self.env["channel.wakeup"]._after_commit(
                batch.browse(following), "_job_send"
            )

    def _wake_folding(self, batch):
        model, method = KINDS[batch.kind].folding
        self.env["channel.wakeup"]._after_commit(self.env[model], method)


def _naive(moment):
    """As the database keeps moments: UTC without saying so."""
    return moment and moment.astimezone(UTC).replace(tzinfo=None)
