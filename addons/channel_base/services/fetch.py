from odoo import models

from ..adapter import codec
from ..adapter.canonical import Order
from ..adapter.errors import ConfigError, ProtocolError, TransientError
from ..adapter.port import OrderRead
from ..adapter.webhook import Resource
from .hold import hold
from .isolator import isolate

LOOK_AHEAD = 1000  # waiting events that one job looks at
LISTING_BATCH = 50
RETRY_SECONDS = 5  # for orders that could not be read for the moment
BUSY_SECONDS = 2  # for orders that another job is working on

KNOWN = """
    SELECT external_id, state = 'new' OR to_apply, accounting_state = 'ready'
      FROM channel_order
     WHERE channel_id = %s AND external_id = ANY(%s)
"""
HOLD = f"{KNOWN} ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"


class ChannelFetch(models.AbstractModel):
    """Reads what the inbox rings the bell for, and stores it.

    One job reads one batch of one kind of things: many bells for one order are one
    read. Whatever the order of the bells, the present state is read: the newest wins.
    """

    _name = "channel.fetch"
    _description = "Fetch What Changed"

    def _run(self, channel):
        """Work off a batch of waiting events.

        :raises RetryableJobError: when the channel is out of reach for the moment.
        """
        if not channel.exists() or not channel._is_operating():
            return
        channel = channel._as_worker()
        self.with_env(channel.env)._work(channel)

    def _work(self, channel):
        self.env["channel.cursor"]._lock(channel, "fetch")
        waiting = self._waiting(channel)
        events, left, busy = self._next(channel, waiting)
        if busy:
            self.env["channel.wakeup"]._later(channel, "_job_fetch", BUSY_SECONDS)
        if not events:
            return
        with channel._call_errors("inbox"):
            self._fetch(channel, events)
        if left or len(waiting) == LOOK_AHEAD:
            self.env["channel.wakeup"]._after_commit(channel, "_job_fetch")
        elif not busy:
            self.env["channel.listing.level"]._orders_were_read(channel)

    def _next(self, channel, waiting):
        """Choose what to work on.

        :return: a batch of events, those not looked at, those whose orders are busy.
        """
        events, left, busy = waiting.browse(), waiting, waiting.browse()
        while left and not events:
            batch = self._batch(channel, left)
            events = self._free(channel, batch)
            busy |= batch - events
            left -= batch
        return events, left, busy

    def _waiting(self, channel):
        """Waiting events, as many as are looked at: orders first, for they hold
        stock."""
        order = Resource.ORDER.value
        waiting = self.env["channel.event"]
        if channel.order_flow != "off":
            waiting = self._oldest(channel, ("resource", "=", order), LOOK_AHEAD)
        room = LOOK_AHEAD - len(waiting)
        if room:
            later = [order]
            if channel.return_flow == "off":
                later.append(Resource.RETURN.value)
            waiting += self._oldest(channel, ("resource", "not in", later), room)
        return waiting

    def _oldest(self, channel, kind, limit):
        domain = [("channel_id", "=", channel.id), ("state", "=", "new"), kind]
        return self.env["channel.event"].search_fetch(
            domain, ["resource", "external_id"], order="id", limit=limit
        )

    def _batch(self, channel, waiting):
        """Events of one resource, that of the first."""
        resource = waiting[0].resource
        same = waiting.filtered(lambda event: event.resource == resource)
        adapter = channel._adapter_class()
        limits = {"order": adapter.order_batch, "return": adapter.return_batch}
        limit = limits.get(resource, LISTING_BATCH)
        ids = set(list(dict.fromkeys(same.mapped("external_id")))[:limit])
        return same.filtered(lambda event: event.external_id in ids)

    def _free(self, channel, events):
        """Those events whose orders no other job is working on: what is read of them is
        written at the end, and must not be thrown away then.

        From here on the other jobs pass these orders by; they are rung for at the end.
        """
        Order = self.env["channel.order"]
        Order.flush_model(["state", "to_apply", "accounting_state"])
        key = (channel.id, [e.external_id for e in events if e.external_id])
        held = hold(self.env.cr, HOLD, key)
        self.env.cr.execute(KNOWN, key)
        busy = {row[0] for row in self.env.cr.fetchall()} - {row[0] for row in held}
        wakeup = self.env["channel.wakeup"]
        if any(to_import for _id, to_import, _to_account in held):
            wakeup._after_commit(Order, "_job_import")
        if any(to_account for _id, _to_import, to_account in held):
            wakeup._after_commit(Order, "_job_account")
        return events.filtered(lambda event: event.external_id not in busy)

    def _fetch(self, channel, events):
        adapter = channel._adapter()
        by_id = events.grouped("external_id")
        reader = getattr(self, f"_read_{events[0].resource}")
        events._finish("done")
        isolate(
            self.env,
            list(by_id),
            lambda ids: reader(channel, adapter, ids, by_id),
            lambda external_id, error: self._fail(by_id[external_id], error),
        )
        self._settle(channel, events)

    def _fail(self, events, error):
        event = events[0]
        events._finish("failed")
        self.env["channel.issue"]._report(
            event.channel_id,
            "event_failed",
            _subject(event),
            self.env._(
                "%(what)s %(id)s could not be processed: %(error)s",
                what=event.resource,
                id=event.external_id or "",
                error=error,
            ),
            detail=type(error).__name__,
            event=event,
        )

    def _settle(self, channel, events):
        done = events.filtered(lambda event: event.state == "done")
        subjects = {_subject(event) for event in done}
        self.env["channel.issue"]._settle(channel, "event_failed", subjects)

    # --- one reader per resource ------------------------------------------------------

    def _read_order(self, channel, adapter, ids, by_id):
        """Present states of orders. Their transient errors keep the event waiting, the
        others are the order's own issue."""
        reads = self._told(ids, by_id)
        rest = tuple(one for one in ids if one not in {r.external_id for r in reads})
        if rest:
            reads += tuple(adapter.read_orders(rest))
        for external_id in set(ids) - {read.external_id for read in reads}:
            self._fail(by_id[external_id], ProtocolError("the answer does not name it"))
        later = self._put_off(channel, reads, by_id)
        self.env["channel.order"]._store_reads(
            channel, tuple(read for read in reads if read not in later)
        )

    def _told(self, ids, by_id):
        """Orders that a list told whole: they need not be read again."""
        texts = {external_id: by_id[external_id]._told() for external_id in ids}
        return tuple(
            OrderRead(external_id, order=codec.loads(Order, text))
            for external_id, text in texts.items()
            if text
        )

    def _put_off(self, channel, reads, by_id):
        """Keep the events of what could not be read for the moment.

        :return: the reads that are worth asking again.
        :raises ConfigError: when an administrator must act first.
        """
        later = [read for read in reads if isinstance(read.error, TransientError)]
        for read in reads:
            if isinstance(read.error, ConfigError):
                raise read.error
            if read in later:
                by_id[read.external_id]._finish("new")
            elif read.error:
                by_id[read.external_id]._finish("failed")
        if later:
            seconds = max(read.error.retry_after or RETRY_SECONDS for read in later)
            self.env["channel.wakeup"]._later(channel, "_job_fetch", seconds)
        return later

    def _read_return(self, channel, adapter, ids, by_id):
        """Present states of returns, as of orders."""
        reads = tuple(adapter.read_returns(tuple(ids)))
        for external_id in set(ids) - {read.external_id for read in reads}:
            self._fail(by_id[external_id], ProtocolError("the answer does not name it"))
        later = self._put_off(channel, reads, by_id)
        for read in reads:
            if read.error and read not in later:
                self.env["channel.return.trouble"]._unread(channel, read)
        found = tuple(read.found for read in reads if read.found)
        self.env["channel.return.store"]._store(channel, found)

    def _read_shipping_order(self, channel, adapter, ids, by_id):
        """Present states of shipping orders, named by their references."""
        reads = tuple(adapter.read_shipping(tuple(ids)))
        for reference in set(ids) - {read.external_id for read in reads}:
            self._fail(by_id[reference], ProtocolError("the answer does not name it"))
        later = self._put_off(channel, reads, by_id)
        for read in reads:
            if read.error and read not in later:
                self._fail(by_id[read.external_id], read.error)
        reports = tuple(read.report for read in reads if read.report)
        busy = self.env["channel.shipping.store"]._store(channel, reports)
        for reference in busy:
            by_id[reference]._finish("new")
        if busy:
            self.env["channel.wakeup"]._later(channel, "_job_fetch", BUSY_SECONDS)

    def _read_listing(self, channel, adapter, ids, by_id):
        self.env["channel.catalogue.import"]._refresh(channel, adapter, tuple(ids))

    def _read_customer(self, channel, adapter, ids, by_id):
        self.env["channel.customer.import"]._refresh(
            channel, adapter, "customer", tuple(ids)
        )

    def _read_company(self, channel, adapter, ids, by_id):
        self.env["channel.customer.import"]._refresh(
            channel, adapter, "company", tuple(ids)
        )

    def _read_customer_merge(self, channel, adapter, ids, by_id):
        self.env["channel.customer.import"]._merge(channel, adapter, ids)

    def _read_stock_level(self, channel, adapter, ids, by_id):
        """Quantities of listings, named by their stock key, at all their places."""
        levels = self.env["channel.listing.level"].search(
            [
                ("channel_id", "=", channel.id),
                "|",
                ("listing_id.stock_key", "in", ids),
                ("listing_id.external_id", "in", ids),
            ]
        )
        pairs = tuple(
            (
                level.listing_id.stock_key or level.listing_id.external_id,
                level.location_id.external_id,
            )
            for level in levels
        )
        if pairs:
            levels._note_observed(channel, tuple(adapter.stock_levels(pairs)))

    def _read_location(self, channel, adapter, ids, by_id):
        self.env["channel.connect"]._store_locations(channel, adapter)

    def _read_connection(self, channel, adapter, ids, by_id):
        """The app was removed or its rights changed: see what is left of them."""
        self.env["channel.connect"]._check(channel, adapter)


def _subject(event):
    return f"{event.resource}:{event.external_id or ''}"
