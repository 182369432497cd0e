from datetime import UTC, datetime

from odoo import models

from ..adapter.webhook import Resource, WebhookEvent
from .change_page import cut


class ShippingPoll(models.AbstractModel):
    """Asks providers for shipping orders that changed, see ``channel.poll``."""

    _name = "channel.poll.shipping"
    _inherit = "channel.poll"
    _description = "Poll for Changed Shipping Orders"

    def _run(self, channel):
        """Take in the changes since the last poll.

        :raises RetryableJobError: when the channel is out of reach for the moment.
        """
        if not channel.exists() or not channel._is_operating("warehouse"):
            return
        channel = channel._as_worker()
        self = self.with_env(channel.env)
        if not self._is_needed(channel):
            return
        cursor = self.env["channel.cursor"]._lock(channel, "shipping")
        with channel._call_errors("shipping"):
            self._poll(channel, cursor)

    def _is_needed(self, channel):
        """Where nothing was ever sent, nothing can have changed."""
        return self.env["channel.shipping.order"].search_count(
            [("channel_id", "=", channel.id)], limit=1
        )

    def _poll(self, channel, cursor):
        started = datetime.now(UTC)
        changes = channel._adapter().shipping_changes(self._since(channel, cursor))
        reached = cursor.position and datetime.fromisoformat(cursor.position)
        page, complete = cut(changes, reached, self._page_size)
        self.env["channel.event"]._note(
            channel, [_event(change) for change in page], "poll"
        )
        moment = started if complete else page[-1].updated_at
        cursor.write(
            {
                "watermark": moment.replace(tzinfo=None),
                "position": False if complete else moment.isoformat(),
            }
        )
        if not complete:
            self.env["channel.wakeup"]._after_commit(channel, "_job_poll_shipping")


def _event(change):
    moment = change.updated_at.isoformat()
    return WebhookEvent(
        event_key=f"poll:shipping:{change.reference}:{moment}",
        topic="poll",
        resource=Resource.SHIPPING_ORDER,
        external_id=change.reference,
        occurred_at=change.updated_at,
    )
