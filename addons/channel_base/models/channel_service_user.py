from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..services.roles import WORKER


class ChannelServiceUser(models.AbstractModel):
    """Whom a channel's jobs work as, and where: no further than whoever says so."""

    _name = "channel.service.user"
    _description = "Service User of a Channel"

    user_id = fields.Many2one(
        "res.users",
        string="Service User",
        required=True,
        default=lambda self: self.env.ref("channel_base.user_worker"),
        help="Jobs of this channel run as this user.",
    )

    @api.constrains("user_id")
    def _check_service_user(self):
        """Jobs write what people may not: no person's account is used for it."""
        for channel in self:
            # whoever sets up a channel need not see its service user's roles
            if not channel.user_id.sudo().has_group(WORKER):
                raise ValidationError(
                    self.env._(
                        "%(user)s is no service user, so the jobs of %(channel)s cannot"
                        " run as it. Choose a user with the role %(role)s.",
                        user=channel.user_id.sudo().name,
                        channel=channel.name,
                        role=self.env.ref(WORKER).sudo().display_name,
                    )
                )

    # --- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        usual = self.env.ref("channel_base.user_worker")
        for channel in channels:
            channel._check_reach(channel.company_id.id, channel.user_id != usual)
        channels._let_worker_in()
        return channels

    def write(self, vals):
        for channel in self:
            user = channel.user_id.id
            channel._check_reach(
                vals.get("company_id", channel.company_id.id),
                vals.get("user_id", user) != user,
            )
        result = super().write(vals)
        if {"company_id", "user_id"} & vals.keys():
            self._let_worker_in()
        return result

    def _check_reach(self, company_id, other_user):
        """Setting up a channel reaches no further than whoever does it.

        :param other_user: whether another service user is chosen.
        :raises AccessError: for a company that is not theirs, or another service user
            without being an administrator.
        """
        if self.env.su:
            return
        if company_id not in self.env.user.company_ids.ids:
            raise AccessError(
                self.env._("A channel is set up for companies that you may use only.")
            )
        if other_user and not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("Only an administrator chooses another service user.")
            )

    def _let_worker_in(self):
        """The service user works in each channel's company."""
        for channel in self:
            # whoever may set up a channel need not be an administrator of users
            channel.user_id.sudo().company_ids |= channel.company_id
