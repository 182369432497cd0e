from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request


class ConsentController(http.Controller):
    """Where Amazon sends sellers back to that let a public app work for them."""

    @http.route(
        "/channel_amazon/consent",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def receive(self, state="", spapi_oauth_code="", selling_partner_id="", **_more):
        """Take a seller's consent, which only who asked for it can bring."""
        channel = request.env["channel.channel"]._amazon_consented(state)
        if not channel or not spapi_oauth_code:
            raise BadRequest(
                request.env._(
                    "This consent was not asked for here, or more than an hour ago."
                    " Choose Authorise on the channel again."
                )
            )
        try:
            channel.amazon_take_consent(spapi_oauth_code, selling_partner_id)
        except UserError as error:
            raise BadRequest(str(error)) from error
        return request.redirect(
            f"/odoo/action-channel_base.channel_channel_action/{channel.id}"
        )
