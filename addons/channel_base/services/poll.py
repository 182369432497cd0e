from datetime import UTC, datetime, timedelta

from odoo import models

from ..adapter import codec
from ..adapter.errors import RateLimited
from ..adapter.webhook import Resource, WebhookEvent
from .change_page import cut

RETRY_SECONDS = 60  # until a throttled sweep goes on, where nobody says
RECHECK = 1800  # seconds between two looks at an order that is held
RECHECK_LATER = 6 * 3600  # ... that waits for its day


class ChannelPoll(models.AbstractModel):
    """Asks for orders that changed, and puts them into the same inbox as webhooks.

    The cursor's watermark is the moment up to which all changes are in the inbox. Each
    poll goes back a little behind it, because marketplaces show changes with delay.
    """

    _name = "channel.poll"
    _description = "Poll for Changed Orders"
    _page_size = 1000  # changes that one job takes in

    def _run(self, channel):
        """Take in the changes since the last poll.

        :raises RetryableJobError: when the channel is out of reach for the moment.
        """
        if not channel.exists() or not channel._is_operating("order"):
            return
        channel = channel._as_worker()
        self = self.with_env(channel.env)
        cursor = self.env["channel.cursor"]._lock(channel, "orders")
        with channel._call_errors("orders"):
            self._poll(channel, cursor)

    def _poll(self, channel, cursor):
        adapter = channel._adapter()
        if adapter.pages_orders:
            self._sweep(channel, adapter, cursor)
            return
        started = datetime.now(UTC)
        changes = adapter.order_changes(self._since(channel, cursor))
        reached = cursor.position and datetime.fromisoformat(cursor.position)
        page, complete = cut(changes, reached, self._page_size)
        events = [_event(change) for change in page]
        events += self._waiting(channel, started)
        self.env["channel.event"]._note(channel, events, "poll")
        moment = started if complete else page[-1].updated_at
        cursor.write(
            {
                "watermark": moment.replace(tzinfo=None),
                "position": False if complete else moment.isoformat(),
            }
        )
        if complete:
            self.env["channel.listing.level"]._orders_were_read(channel)
        else:
            self.env["channel.wakeup"]._after_commit(channel, "_job_poll")

    def _sweep(self, channel, adapter, cursor):
        """Take in the changes of a marketplace that tells them by pages.

        Each page that came is kept: when the channel throttles, a later job goes on
        behind it.
        """
        since = self._behind(channel, cursor)
        pages = adapter.order_pages(since, cursor.position or None)
        took_any = False
        while True:
            try:
                page = next(pages)
            except RateLimited as error:
                if not took_any:
                    raise
                wait = error.retry_after or RETRY_SECONDS
                self.env["channel.wakeup"]._later(channel, "_job_poll", wait)
                return
            self._take(channel, page.changes)
            took_any = True
            cursor.position = page.position
            if page.position is None:
                break
        cursor.watermark = page.until.replace(tzinfo=None)
        waiting = self._waiting(channel, datetime.now(UTC))
        self.env["channel.event"]._note(channel, waiting, "poll")
        self.env["channel.listing.level"]._orders_were_read(channel)

    def _take(self, channel, changes):
        told = {
            _event(change).event_key: codec.dumps(change.order)
            for change in changes
            if change.order
        }
        events = [_event(change) for change in changes]
        self.env["channel.event"]._note(channel, events, "poll", told)

    def _waiting(self, channel, now):
        """Orders that are held or wait for their day, to be read again once in a while.

        Shopify's holds and days sit on fulfilment orders and end without a change of
        the order: a lost webhook would leave it held, or ship it on the wrong day.
        """
        today = now.replace(tzinfo=None)
        later = [("state", "=", "imported"), ("line_ids.ship_after", ">", today)]
        return [
            *self._recheck(channel, [("state", "=", "held")], RECHECK, now),
            *self._recheck(channel, later, RECHECK_LATER, now),
        ]

    def _recheck(self, channel, domain, seconds, now):
        """Events of orders that are looked at again every so many seconds; of very
        many, each time the next ones."""
        Order = self.env["channel.order"]
        domain = [("channel_id", "=", channel.id), *domain]
        turn, size = int(now.timestamp()) // seconds, self._page_size
        found = Order.search_fetch(domain, ["external_id"], order="id")
        if len(found) > size:
            start = turn * size % len(found)
            found = (found[start:] + found[:start])[:size]
        return [_recheck(order.external_id, turn, now) for order in found]

    def _since(self, channel, cursor):
        if cursor.position:
            return datetime.fromisoformat(cursor.position)
        return self._behind(channel, cursor)

    def _behind(self, channel, cursor):
        """A little before the moment up to which all is known."""
        moment = channel.import_from
        if cursor.watermark:
            behind = cursor.watermark - timedelta(seconds=cursor.overlap)
            moment = max(moment, behind)
        return moment.replace(tzinfo=UTC)


def _event(change):
    return WebhookEvent(
        event_key=f"poll:{change.external_id}:{change.updated_at.isoformat()}",
        topic="poll",
        resource=Resource.ORDER,
        external_id=change.external_id,
        occurred_at=change.updated_at,
    )


def _recheck(external_id, turn, now):
    return WebhookEvent(
        event_key=f"held:{external_id}:{turn}",
        topic="held",
        resource=Resource.ORDER,
        external_id=external_id,
        occurred_at=now,
    )
