from odoo import fields, models

from ..adapter.fake import FakeAdapter


class ChannelChannel(models.Model):
    _inherit = "channel.channel"

    provider = fields.Selection(
        selection_add=[("fake", "Fake Market")], ondelete={"fake": "cascade"}
    )
    fake_password = fields.Char(
        string="Password",
        compute="_compute_secret_fields",
        inverse="_inverse_secret_fields",
        groups="channel_base.group_manager",
    )

    def _adapter_class(self):
        return FakeAdapter if self.provider == "fake" else super()._adapter_class()

    def _secret_fields(self):
        return super()._secret_fields() | {"fake_password": "password"}
