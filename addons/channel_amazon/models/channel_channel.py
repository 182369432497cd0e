from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import hash_sign, verify_hash_signed

from odoo.addons.channel_base.adapter.errors import ChannelError
from odoo.addons.channel_base.services.roles import role

from ..adapter.amazon import AmazonAdapter
from ..adapter.regions import CONSENT

CONSENT_SCOPE = "channel_amazon.consent"
CONSENT_HOURS = 1  # in which a seller has to come back from Seller Central
SECRET_LIFE = timedelta(days=180)  # Amazon refuses older client secrets


class ChannelChannel(models.Model):
    """Amazon seller accounts: how to prove who we are; all else is the hub's."""

    _inherit = "channel.channel"

    provider = fields.Selection(
        selection_add=[("amazon", "Amazon")], ondelete={"amazon": "cascade"}
    )
    amazon_region = fields.Selection(
        [("eu", "Europe"), ("na", "North America"), ("fe", "Far East")],
        string="Region",
        help="One refresh token serves one region, with all its marketplaces. For an"
        " account that sells in several regions make a channel each.",
    )
    amazon_auth = fields.Selection(
        [
            ("private", "Own app: paste its refresh token"),
            ("public", "Public app: authorise it in Seller Central"),
        ],
        string="Kind of App",
        default="private",
    )
    amazon_app_id = fields.Char(
        string="Application ID", help="Begins with amzn1.sp.solution."
    )
    amazon_app_draft = fields.Boolean(
        string="The App Is a Draft",
        help="Amazon lets sellers authorise a draft in its beta workflow only.",
    )
    amazon_client_id = fields.Char(
        string="Client ID",
        help="The app's client identifier for Login with Amazon: it begins with"
        " amzn1.application-oa2-client.",
    )
    amazon_client_secret = fields.Char(
        string="Client Secret",
        compute="_compute_secret_fields",
        inverse="_inverse_secret_fields",
        groups="channel_base.group_manager",
        help="Amazon refuses it 180 days after it was made.",
    )
    amazon_refresh_token = fields.Char(
        string="Refresh Token",
        compute="_compute_secret_fields",
        inverse="_inverse_secret_fields",
        groups="channel_base.group_manager",
        help="Stays valid when the client secret is changed.",
    )
    amazon_secret_set_on = fields.Date(
        string="Client Secret Made On",
        copy=False,
        help="Amazon refuses the secret 180 days later; you are reminded 30 days"
        " before. Set when you enter a secret; correct it if the secret is older.",
    )
    amazon_secret_ends_on = fields.Date(
        string="Client Secret Ends On", compute="_compute_amazon_secret_ends_on"
    )

    @api.depends("amazon_secret_set_on")
    def _compute_amazon_secret_ends_on(self):
        for channel in self:
            made = channel.amazon_secret_set_on
            channel.amazon_secret_ends_on = made and made + SECRET_LIFE

    # --- credentials ------------------------------------------------------------------

    def _secret_fields(self):
        return super()._secret_fields() | {
            "amazon_client_secret": "client_secret",
            "amazon_refresh_token": "refresh_token",
        }

    def _set_secret(self, name, value):
        """Spaces around a secret come from copying. A new client secret lives for 180
        days from now, if nobody says otherwise."""
        if self.provider != "amazon":
            return super()._set_secret(name, value)
        value = value.strip() if value else value
        changed = value and value != self._secret(name)
        result = super()._set_secret(name, value)
        if name == "client_secret" and changed:
            self.amazon_secret_set_on = fields.Date.context_today(self)
        return result

    # --- consent ----------------------------------------------------------------------

    @role("manager")
    def action_amazon_authorise(self):
        """Send the seller to Seller Central, to let a public app work for him."""
        self.ensure_one()
        if not (self.amazon_region and self.amazon_app_id):
            raise UserError(
                self.env._("Enter the region and the application id, then save.")
            )
        query = {
            "application_id": self.amazon_app_id.strip(),
            "state": self._amazon_consent_state(),
            "redirect_uri": self._amazon_redirect(),
        }
        if self.amazon_app_draft:
            query["version"] = "beta"
        origin = self._amazon_seller_central()
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": f"{origin}/apps/authorize/consent?{urlencode(query)}",
        }

    def _amazon_seller_central(self):
        # the API base URL is for administrators' eyes only
        base_url = self.sudo().base_url
        return base_url or f"https://{CONSENT[self.amazon_region]}"

    def _amazon_redirect(self):
        return f"{self.get_base_url()}/channel_amazon/consent"

    def _amazon_consent_state(self):
        """What Amazon gives back unseen: who asked for whose consent."""
        asked = [self.id, self.env.uid]
        return hash_sign(self.env, CONSENT_SCOPE, asked, expiration_hours=CONSENT_HOURS)

    @api.model
    def _amazon_consented(self, state):
        """The channel that the present user asked a seller's consent for; empty when
        nobody asked, somebody else did, or too long ago."""
        try:
            # the database's secret, which signs it, is not for people to read
            asked = state and verify_hash_signed(self.sudo().env, CONSENT_SCOPE, state)
        except ValueError:  # not even of the form of a state
            asked = None
        if not asked or asked[1] != self.env.uid:
            return self.browse()
        return self.browse(asked[0]).exists()

    @role("manager")
    def amazon_take_consent(self, code, seller):
        """Keep the refresh token that a seller's consent is worth.

        :param code: ``spapi_oauth_code``. :param seller: ``selling_partner_id``.
        :raises UserError: when Amazon does not give one, or another seller consented.
        """
        self.ensure_one()
        if self.account and seller and self.account.strip() != seller:
            raise UserError(
                self.env._(
                    "The seller %(seller)s authorised the app, but %(channel)s is for"
                    " %(account)s. Sign in to that account in Seller Central, and"
                    " authorise again.",
                    seller=seller,
                    channel=self.name,
                    account=self.account,
                )
            )
        try:
            token = self._adapter().refresh_token(code)
        except ChannelError as error:
            raise UserError(
                self.env._(
                    "Amazon gave no token: %s Choose Authorise again.", error.message
                )
            ) from error
        self._set_secret("refresh_token", token)
        if not self.account:
            self.account = seller

    # --- the adapter ------------------------------------------------------------------

    def _door_fields(self):
        return [*super()._door_fields(), "amazon_region", "amazon_client_id"]

    def _adapter_class(self):
        return AmazonAdapter if self.provider == "amazon" else super()._adapter_class()

    def _adapter_settings(self):
        settings = super()._adapter_settings()
        if self.provider != "amazon":
            return settings
        used = self.env["channel.market"].search_fetch(
            [("channel_id", "=", self.id), ("in_use", "=", True)], ["external_id"]
        )
        options = {
            "region": self.amazon_region or "",
            "client_id": (self.amazon_client_id or "").strip(),
            "markets": ",".join(used.mapped("external_id")),
        }
        return replace(settings, options={**settings.options, **options})
