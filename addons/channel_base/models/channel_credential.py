from odoo import fields, models
from odoo.exceptions import UserError

from ..services.keyring import KeyFileError


class ChannelCredential(models.AbstractModel):
    """Credentials of a channel: typed into its form, stored encrypted, never shown."""

    _name = "channel.credential"
    _description = "Credentials of a Channel"

    secret_names = fields.Char(
        string="Stored Credentials",
        compute="_compute_secret_names",
        groups="channel_base.group_manager",
        help="Their values are encrypted and never shown.",
    )

    def _compute_secret_names(self):
        # nobody may read that table; that a credential is there may be seen
        secrets = (
            self.env["channel.secret"].sudo().search([("channel_id", "in", self.ids)])
        )
        for channel in self:
            names = secrets.filtered(
                lambda s, c=channel: s.channel_id.id == c.id
            ).mapped("name")
            channel.secret_names = ", ".join(sorted(names))

    def _compute_secret_fields(self):
        for name in self._secret_fields():
            self[name] = False

    def _inverse_secret_fields(self):
        for channel in self:
            for field, name in self._secret_fields().items():
                if channel[field]:
                    channel._set_secret(name, channel[field])
        # what was typed must not be read back, not even by this request
        self.invalidate_recordset(list(self._secret_fields()), flush=False)

    def _secret_fields(self):
        """Form fields of credentials, for marketplace addons to extend.

        They are declared with ``compute="_compute_secret_fields"``,
        ``inverse="_inverse_secret_fields"`` and the managers' group.

        :return: dict field name -> name of the stored secret.
        """
        return {}

    def _secret(self, name):
        """One credential, empty when it is not stored."""
        return self.env["channel.secret"]._all(self).get(name, "")

    def _set_secret(self, name, value):
        """Store a credential encrypted; an empty value removes it.

        :raises UserError: without a usable key file.
        """
        self.ensure_one()
        try:
            self.env["channel.identity"]._establish()
            self.env["channel.secret"]._set(self, name, value)
        except KeyFileError as error:
            raise UserError(error.message) from error
