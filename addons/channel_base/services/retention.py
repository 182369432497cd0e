from odoo import models

BATCH = 5000  # rows that one statement touches
EVENT_ROWS = 3  # rows of events are kept so many times longer than their bodies

# Each statement takes a batch at a time; %(batch)s is given by the loop.
STATEMENTS = (
    """
    UPDATE channel_event SET body = NULL WHERE id IN (
        SELECT event.id FROM channel_event event
          JOIN channel_channel channel ON channel.id = event.channel_id
         WHERE event.kind = 'hint' AND event.body IS NOT NULL AND event.state <> 'new'
           AND event.received_at < now() AT TIME ZONE 'UTC'
               - channel.event_days * interval '1 day'
         LIMIT %(batch)s)
    """,
    """
    DELETE FROM channel_event WHERE id IN (
        SELECT event.id FROM channel_event event
          JOIN channel_channel channel ON channel.id = event.channel_id
         WHERE event.kind = 'hint' AND event.state IN ('done', 'ignored')
           AND event.received_at < now() AT TIME ZONE 'UTC'
               - channel.event_days * %(event_rows)s * interval '1 day'
         LIMIT %(batch)s)
    """,
    """
    DELETE FROM channel_sync_log WHERE id IN (
        SELECT log.id FROM channel_sync_log log
          JOIN channel_channel channel ON channel.id = log.channel_id
         WHERE log.created_at < now() AT TIME ZONE 'UTC'
               - channel.log_days * interval '1 day'
         LIMIT %(batch)s)
    """,
    """
    DELETE FROM channel_stock_entry WHERE id IN (
        SELECT entry.id FROM channel_stock_entry entry
          JOIN channel_channel channel ON channel.id = entry.channel_id
         WHERE entry.created_at < now() AT TIME ZONE 'UTC'
               - channel.ledger_days * interval '1 day'
           AND EXISTS (SELECT FROM channel_stock_entry later
                        WHERE later.level_id = entry.level_id AND later.id > entry.id)
         LIMIT %(batch)s)
    """,
    """
    DELETE FROM channel_price_entry WHERE id IN (
        SELECT entry.id FROM channel_price_entry entry
          JOIN channel_channel channel ON channel.id = entry.channel_id
         WHERE entry.created_at < now() AT TIME ZONE 'UTC'
               - channel.ledger_days * interval '1 day'
           AND EXISTS (SELECT FROM channel_price_entry later
                        WHERE later.price_id = entry.price_id AND later.id > entry.id)
         LIMIT %(batch)s)
    """,
    """
    DELETE FROM channel_push_batch WHERE id IN (
        SELECT batch.id FROM channel_push_batch batch
          JOIN channel_channel channel ON channel.id = batch.channel_id
         WHERE batch.folded AND batch.state NOT IN ('pending', 'sent')
           AND batch.create_date < now() AT TIME ZONE 'UTC'
               - CASE WHEN batch.verb = 'write' THEN channel.ledger_days
                      ELSE channel.log_days END * interval '1 day'
           AND NOT EXISTS (SELECT FROM channel_push_item item
                             JOIN channel_stock_entry entry ON entry.item_id = item.id
                            WHERE item.batch_id = batch.id)
           AND NOT EXISTS (SELECT FROM channel_push_batch child
                            WHERE child.parent_id = batch.id)
         LIMIT %(batch)s)
    """,
    """
    DELETE FROM channel_reconciliation WHERE id IN (
        SELECT run.id FROM channel_reconciliation run
          JOIN channel_channel channel ON channel.id = run.channel_id
         WHERE run.state <> 'running'
           AND run.ended_at < now() AT TIME ZONE 'UTC'
               - channel.report_days * interval '1 day'
           AND EXISTS (SELECT FROM channel_reconciliation later
                        WHERE later.channel_id = run.channel_id
                          AND later.stream = run.stream AND later.id > run.id)
         LIMIT %(batch)s)
    """,
)


class ChannelRetention(models.AbstractModel):
    """Forgets what is older than each channel wants to keep."""

    _name = "channel.retention"
    _description = "Forget What Is Old"

    def _run(self):
        """Delete in batches, committing between them; the next run goes on."""
        values = {"batch": BATCH, "event_rows": EVENT_ROWS}
        for statement in STATEMENTS:
            while self._step(statement, values):
                pass

    def _step(self, statement, values):
        """:return: whether there is more to do, and time to do it."""
        self.env.cr.execute(statement, values)
        count = self.env.cr.rowcount
        time_left = self.env["ir.cron"]._commit_progress(count)
        return count == values["batch"] and time_left
