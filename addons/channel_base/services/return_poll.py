from datetime import UTC, datetime

from odoo import models

from ..adapter.webhook import Resource, WebhookEvent
from .change_page import cut


class ReturnPoll(models.AbstractModel):
    """Asks for returns that changed, and puts them into the same inbox as webhooks."""

    _name = "channel.poll.returns"
    _inherit = "channel.poll"
    _description = "Poll for Changed Returns"

    def _run(self, channel):
        """Take in the changes since the last poll.

        :raises RetryableJobError: when the channel is out of reach for the moment.
        """
        if not channel.exists() or not channel._is_operating("return"):
            return
        channel = channel._as_worker()
        if channel._lacks_rights("return"):
            return  # asking would stop the whole channel; an issue says what is missing
        self = self.with_env(channel.env)
        cursor = self.env["channel.cursor"]._lock(channel, "returns")
        with channel._call_errors("returns"):
            self._poll(channel, cursor)
        self.env["channel.return"]._look_unseen(channel)

    def _poll(self, channel, cursor):
        started = datetime.now(UTC)
        changes = channel._adapter().return_changes(self._since(channel, cursor))
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
            self.env["channel.wakeup"]._after_commit(channel, "_job_poll_returns")


def _event(change):
    return WebhookEvent(
        event_key=f"poll:return:{change.external_id}:{change.updated_at.isoformat()}",
        topic="poll",
        resource=Resource.RETURN,
        external_id=change.external_id,
        occurred_at=change.updated_at,
    )
