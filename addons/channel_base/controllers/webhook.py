import logging

from psycopg2.errors import SerializationFailure

from odoo import http
from odoo.http import Response, request

from ..adapter.errors import (
    ConfigError,
    MalformedError,
    NotSupported,
    SignatureError,
)
from ..adapter.webhook import WebhookRequest

_logger = logging.getLogger(__name__)

MAX_BODY = 5 * 1024 * 1024  # bytes


class WebhookController(http.Controller):
    """The door: whoever rings with a good signature leaves one row in the inbox.

    2xx is answered only after the row is committed (Odoo commits before it answers).
    Nothing else is done here, and nothing of a refused delivery is stored or logged.
    """

    @http.route(
        "/channel/<int:channel_id>/webhook",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def receive(self, channel_id):
        """Take one delivery of a marketplace."""
        # strangers ring here; what they may do is decided by the signature alone
        channel = request.env["channel.channel"].sudo()._at_the_door(channel_id)
        if not channel:
            return Response(status=404)
        delivery = WebhookRequest.build(
            request.httprequest.headers.items(), request.httprequest.get_data()
        )
        try:
            event = channel._adapter().webhook_event(delivery)
        except SignatureError:
            return Response(status=401)
        except MalformedError:
            return Response(status=400)
        except NotSupported:
            return Response(status=404)
        except ConfigError as error:
            # the marketplace rings again later; meanwhile an administrator has the log
            _logger.error(  # noqa: TRY400 - the message says what to do
                "Webhook of channel %s: %s", channel_id, error.message
            )
            return Response(status=503)
        self._store(channel, event, delivery.body)
        return Response(status=200)

    def _store(self, channel, event, body):
        events = request.env["channel.event"].sudo()
        try:
            events._receive(channel, event, body)
        except SerializationFailure:
            # Its twin came in beside this one: when that is there to stay, all is well.
            # Odoo would wait for up to two seconds before it finds that out.
            request.env.cr.rollback()
            if not events._is_stored(channel, event):
                raise
