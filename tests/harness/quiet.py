"""Waiting until nothing is left to do: no open rows, no unfinished jobs."""

import time

OPEN_ROWS = {
    "events": "channel_event WHERE state = 'new'",
    "orders to import": "channel_order WHERE state = 'new' OR to_apply",
    "orders to account": "channel_order WHERE accounting_state = 'ready'",
    "batches to send": "channel_push_batch WHERE state IN ('pending', 'sent')",
    "answers to fold": (
        "channel_push_batch WHERE NOT folded AND state NOT IN ('pending', 'sent')"
    ),
    "intents": "channel_intent",
    "levels to compute": "channel_listing_level WHERE dirty",
    "levels that wait for orders": (
        "channel_listing_level WHERE unexplained_at IS NOT NULL"
    ),
    "shipments to confirm": "channel_shipment WHERE state IN ('open', 'sent')",
    "reconciliations": "channel_reconciliation WHERE state = 'running'",
    "refunds to make": (
        "channel_refund refund JOIN channel_channel channel"
        " ON channel.id = refund.channel_id AND channel.refund_flow = 'on'"
        " WHERE refund.state IN ('open', 'sent')"
    ),
    "jobs": "queue_job WHERE state NOT IN ('done', 'failed', 'cancelled')",
}
# without the jobs that are due later: what they would find to do are open rows
OPEN_NOW = {
    **OPEN_ROWS,
    "jobs": OPEN_ROWS["jobs"] + " AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')",
}


class NotQuiet(AssertionError):
    """There was still something to do when the time was over."""


def open_rows(hub, kinds=OPEN_ROWS):
    """What is left to do: number of rows by name, without the empty ones.

    :param kinds: what to look at: ``OPEN_ROWS`` or ``OPEN_NOW``.
    """
    statement = " UNION ALL ".join(
        f"SELECT '{name}', count(*) FROM {rows}"  # noqa: S608  (constants above)
        for name, rows in kinds.items()
    )
    return {name: count for name, count in hub.sql(statement) if count}


def wait_quiet(hub, *, seconds=300, still=5.0, also=lambda: False, kinds=OPEN_ROWS):
    """Return when nothing was left to do for a while.

    :param seconds: how long to wait at most. :param still: seconds of quiet to see.
    :param also: tells whether the world outside still has something to deliver.
    :param kinds: of rows to wait for: ``OPEN_ROWS`` or ``OPEN_NOW``.
    :return: seconds until it became quiet.
    :raises NotQuiet: with what is left.
    """
    started = time.monotonic()
    since = None
    while True:
        now = time.monotonic()
        left, outside = open_rows(hub, kinds), also()
        if left or outside:
            since = None
        elif since is None:
            since = now
        elif now - since >= still:
            return since - started
        if now - started > seconds:
            raise NotQuiet(f"not quiet after {seconds} s: {left}\n{_stories(hub)}")
        time.sleep(0.5)


def failed_jobs(hub):
    """Method, exception and its text of the jobs that failed."""
    return hub.sql(
        "SELECT method_name, exc_name, exc_message FROM queue_job"
        " WHERE state = 'failed'"
    )


def _stories(hub):
    """The jobs that are not done, for the person who reads the failure."""
    rows = hub.sql(
        "SELECT model_name, method_name, state, retry, eta,"
        " coalesce(result, exc_message) FROM queue_job"
        " WHERE state NOT IN ('done', 'cancelled') ORDER BY id LIMIT 40"
    )
    return "\n".join(" ".join(map(str, row)) for row in rows)
