from odoo import models
from odoo.exceptions import AccessError

from ..services.roles import is_worker


class ChannelRow(models.AbstractModel):
    """Rows that jobs and people write: people change what forms let them change.

    Remote calls know no forms: a read-only field would be theirs to write.
    """

    _name = "channel.row"
    _description = "Row of Jobs and People"

    def write(self, vals):
        if not is_worker(self.env):
            self._check_writable(vals)
        return super().write(vals)

    def _check_writable(self, vals):
        kept = [name for name in vals if self._fields[name].readonly]
        if kept:
            raise AccessError(
                self.env._(
                    "%(fields)s of %(model)s cannot be changed by hand.",
                    fields=", ".join(self._fields[name].string for name in kept),
                    model=self._description,
                )
            )
