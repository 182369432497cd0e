from odoo import models
from odoo.tools import SQL

from .autonomous import autonomous
from .keyring import keyring

BATCH = 500
# table and its encrypted column
SEALED = (
    ("channel_secret", "ciphertext"),
    ("channel_token", "ciphertext"),
    ("channel_event", "body"),
)


class ChannelRotation(models.AbstractModel):
    """Encrypts everything again with the newest key, so that older ones can go.

    First put the new key before the old ones in the key files of all nodes; when this
    is done, the old ones may be removed. It can be interrupted and run again.
    """

    _name = "channel.rotation"
    _description = "Rotate the Key"

    def _run(self):
        """Re-encrypt all rows, in small transactions of their own.

        :return: number of rows. :raises KeyFileError: when a row fits none of the keys.
        """
        ring = keyring()
        self.env["channel.identity"]._check()
        count = sum(self._rotate(ring, table, column) for table, column in SEALED)
        self.env["channel.identity"]._write(ring.fingerprints[0])
        return count

    def _rotate(self, ring, table, column):
        count = last = 0
        while True:
            ids = autonomous(
                self.env,
                lambda cr, last=last: _rotate_batch(cr, ring, table, column, last),
            )
            if not ids:
                return count
            count += len(ids)
            last = ids[-1]


def _rotate_batch(cr, ring, table, column, last):
    cr.execute(
        SQL(
            "SELECT id, %(column)s FROM %(table)s WHERE id > %(last)s"
            " AND %(column)s IS NOT NULL ORDER BY id LIMIT %(limit)s FOR UPDATE",
            column=SQL.identifier(column),
            table=SQL.identifier(table),
            last=last,
            limit=BATCH,
        )
    )
    rows = cr.fetchall()
    for row_id, sealed in rows:
        cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(value)s WHERE id = %(id)s",
                column=SQL.identifier(column),
                table=SQL.identifier(table),
                value=ring.rotate(sealed),
                id=row_id,
            )
        )
    return [row_id for row_id, _sealed in rows]
