from dataclasses import replace
from datetime import UTC

from odoo import fields, models

from odoo.addons.channel_base.services.roles import role

from ..adapter.shopify import ShopifyAdapter


class ChannelChannel(models.Model):
    """Shopify shops: how to prove who we are; all else is the hub's."""

    _inherit = "channel.channel"

    provider = fields.Selection(
        selection_add=[("shopify", "Shopify")], ondelete={"shopify": "cascade"}
    )
    shopify_auth = fields.Selection(
        [
            ("client_credentials", "App with client id and secret"),
            ("static", "Custom app with access token"),
        ],
        string="Kind of App",
        default="client_credentials",
        help="Apps are made in Shopify's Dev Dashboard. Access tokens are those of"
        " custom apps that were made in the shop's admin before 2026.",
    )
    shopify_client_id = fields.Char(string="Client ID")
    shopify_client_secret = fields.Char(
        string="Client Secret",
        compute="_compute_secret_fields",
        inverse="_inverse_secret_fields",
        groups="channel_base.group_manager",
        help="Also checks that webhooks come from Shopify. The one before it is"
        " accepted too until you forget it, so that none is lost when you change it.",
    )
    shopify_access_token = fields.Char(
        string="Access Token",
        compute="_compute_secret_fields",
        inverse="_inverse_secret_fields",
        groups="channel_base.group_manager",
    )

    def _secret_fields(self):
        return super()._secret_fields() | {
            "shopify_client_secret": "client_secret",
            "shopify_access_token": "access_token",
        }

    def _set_secret(self, name, value):
        """Keep the secret that is replaced: webhooks under way are signed with it.

        Spaces around it come from copying.
        """
        value = value.strip() if value else value
        if self.provider == "shopify" and name == "client_secret" and value:
            before = self._secret(name)
            if before and before != value:
                super()._set_secret("client_secret_previous", before)
        return super()._set_secret(name, value)

    @role("manager")
    def action_shopify_forget_secret(self):
        """Accept webhooks signed with the present client secret only."""
        for channel in self:
            channel._set_secret("client_secret_previous", False)

    def _door_fields(self):
        mine = ["shopify_auth", "shopify_client_id", "import_from"]
        return super()._door_fields() + mine

    def _adapter_class(self):
        return (
            ShopifyAdapter if self.provider == "shopify" else super()._adapter_class()
        )

    def _adapter_settings(self):
        settings = super()._adapter_settings()
        if self.provider != "shopify":
            return settings
        options = {
            "auth": self.shopify_auth,
            "client_id": self.shopify_client_id or "",
            "orders_from": self.import_from.replace(tzinfo=UTC).isoformat(),
        }
        return replace(settings, options={**settings.options, **options})
