from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import fields, models

from odoo.addons.queue_job.exception import RetryableJobError


class ChannelCursor(models.Model):
    """How far one stream of one channel has been read; also the stream's lock."""

    _name = "channel.cursor"
    _description = "Channel Cursor"
    _rec_name = "stream"

    channel_id = fields.Many2one(
        "channel.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    stream = fields.Char(
        required=True, help="orders, fetch, listings, push.stock, push.shipment, ..."
    )
    watermark = fields.Datetime(help="Everything up to this moment has been read.")
    position = fields.Char(help="Where an interrupted read goes on.")
    overlap = fields.Integer(default=300, help="Seconds read again each time.")
    read_at = fields.Datetime()

    _channel_stream_unique = models.Constraint(
        "UNIQUE(channel_id, stream)", "A channel has one cursor per stream."
    )

    def _lock(self, channel, stream):
        """Be the only transaction on a stream, until the end of this one.

        The row is written as well as locked: so a transaction whose snapshot is older
        than the last holder's commit cannot take the lock, and what the holder read is
        what the last one left.

        :return: the cursor; made when there is none yet.
        :raises RetryableJobError: another transaction holds the stream, or has just
            left it.
        """
        self.flush_model()
        try:
            with self.env.cr.savepoint(flush=False):
                row = self._take(channel, stream) or self._make(channel, stream)
        except (LockNotAvailable, SerializationFailure) as error:
            raise RetryableJobError(
                f"{stream} of {channel.name} is busy", seconds=1, ignore_retry=True
            ) from error
        cursor = self.browse(row)
        cursor.invalidate_recordset()
        return cursor

    def _take(self, channel, stream):
        self.env.cr.execute(
            """
            UPDATE channel_cursor SET read_at = clock_timestamp() AT TIME ZONE 'UTC'
             WHERE id IN (SELECT id FROM channel_cursor
                           WHERE channel_id = %s AND stream = %s FOR UPDATE NOWAIT)
            RETURNING id
            """,
            (channel.id, stream),
            log_exceptions=False,  # that another holds it is no error
        )
        return self.env.cr.fetchone()

    def _make(self, channel, stream):
        self.env.cr.execute(
            """
            INSERT INTO channel_cursor
                (channel_id, company_id, stream, overlap, read_at)
            VALUES (%s, %s, %s, %s, clock_timestamp() AT TIME ZONE 'UTC')
            ON CONFLICT DO NOTHING RETURNING id
            """,
            (
                channel.id,
                channel.company_id.id,
                stream,
                self._fields["overlap"].default(self),
            ),
        )
        return self.env.cr.fetchone() or self._take(channel, stream)
