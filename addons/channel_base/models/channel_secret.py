from odoo import fields, models
from odoo.tools import SQL

from ..services.keyring import KeyFileError, keyring


class ChannelSecret(models.Model):
    """One encrypted credential; written from forms, never read back to a browser.

    Nobody has access rights on this table: it is reached through its channel only.
    """

    _name = "channel.secret"
    _description = "Channel Secret"
    _log_access = False

    channel_id = fields.Many2one("channel.channel", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    ciphertext = fields.Text(required=True, groups=fields.NO_ACCESS)

    _channel_name_unique = models.Constraint(
        "UNIQUE(channel_id, name)", "A channel has one secret of each name."
    )

    def _all(self, channel):
        """All credentials of a channel, readable.

        :return: dict name -> value.
        :raises KeyFileError: when the key file of this node does not fit.
        """
        self.env.cr.execute(
            "SELECT name, ciphertext FROM channel_secret WHERE channel_id = %s",
            (channel.id,),
        )
        rows = self.env.cr.fetchall()
        return {name: keyring().decrypt(ciphertext) for name, ciphertext in rows}

    def _set(self, channel, name, value):
        """Store a credential; an empty value removes it.

        :raises KeyFileError: without a usable key file.
        """
        if not value:
            self.env.cr.execute(
                "DELETE FROM channel_secret WHERE channel_id = %s AND name = %s",
                (channel.id, name),
            )
        else:
            self.env.cr.execute(
                """
                INSERT INTO channel_secret (channel_id, name, ciphertext)
                VALUES (%s, %s, %s)
                ON CONFLICT (channel_id, name)
                   DO UPDATE SET ciphertext = excluded.ciphertext
                """,
                (channel.id, name, keyring().encrypt(value)),
            )
        self.invalidate_model()

    def _drop_unreadable(self):
        """Remove credentials and tokens that none of this node's keys can read."""
        ring = keyring()
        for table in map(SQL.identifier, ("channel_secret", "channel_token")):
            self.env.cr.execute(
                SQL("SELECT id, ciphertext FROM %s WHERE ciphertext IS NOT NULL", table)
            )
            rows = self.env.cr.fetchall()
            lost = [row for row, sealed in rows if not _fits(ring, sealed)]
            self.env.cr.execute(SQL("DELETE FROM %s WHERE id = ANY(%s)", table, lost))
        self.invalidate_model()


def _fits(ring, ciphertext):
    try:
        ring.decrypt(ciphertext)
    except KeyFileError:
        return False
    return True
