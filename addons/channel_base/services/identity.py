import json

from odoo import models
from odoo.exceptions import UserError

from ..adapter.errors import ConfigError
from .keyring import KeyFileError, keyring

PARAMETER = "channel_base.identity"


class ChannelIdentity(models.AbstractModel):
    """Tells the live database from its copies: a copy never touches a live shop.

    A database is known by its uuid, its name and a key of its key file.
    """

    _name = "channel.identity"
    _description = "Identity of the Live Database"

    def _is_live(self):
        """Whether channels may work here; nothing adopted yet counts as live."""
        return not self._mismatch()

    def _check(self):
        """:raises ConfigError: when this is not the live database."""
        mismatch = self._mismatch()
        if mismatch:
            raise ConfigError(mismatch, code="identity")

    def _mismatch(self):
        """Why this is not the live database, as a sentence; empty when it is."""
        adopted = self._adopted()
        if not adopted:
            return ""
        if (adopted["uuid"], adopted["name"]) != (self._uuid(), self.env.cr.dbname):
            return self.env._(
                "This is a copy of the live database %s. Its channels do nothing here"
                " until a manager adopts it.",
                adopted["name"],
            )
        try:
            ring = keyring()
        except KeyFileError as error:
            return error.message
        if adopted["key"] not in ring.fingerprints:
            return self.env._(
                "The key file %(path)s is not the one that belongs to this database"
                " (%(key)s is missing in it). Put back the right file; for a copy that"
                " is to work by itself, adopt the database.",
                path=ring.path,
                key=adopted["key"],
            )
        return ""

    def _establish(self):
        """Take this database for the live one, the first time that it matters."""
        if not self._adopted():
            self._write(keyring().fingerprints[0])

    def _adopt(self):
        """Make this database the live one.

        Its channels are paused, to be looked at first; credentials that the present key
        file cannot read are dropped.
        """
        try:
            ring = keyring()
        except KeyFileError as error:
            raise UserError(error.message) from error
        self._write(ring.fingerprints[0])
        # those of companies too that the manager does not see: they would start
        channels = self.env["channel.channel"].sudo()
        channels = channels.search([("run_state", "=", "connected")])
        channels.write({"run_state": "paused"})
        self.env["channel.secret"]._drop_unreadable()
        self.env["channel.issue"]._settle_all("identity")

    def _write(self, fingerprint):
        value = {"uuid": self._uuid(), "name": self.env.cr.dbname, "key": fingerprint}
        # system parameters belong to the settings group; which database is live is ours
        self.env["ir.config_parameter"].sudo().set_param(PARAMETER, json.dumps(value))

    def _adopted(self):
        # read by every job, whatever its user
        value = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)
        return json.loads(value) if value else None

    def _uuid(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")
