from datetime import UTC
from decimal import Decimal

from odoo import fields, models

from ..adapter.port import Capability
from . import price_sql

ENOUGH = 5000  # prices that one job compares


class PriceCheck(models.AbstractModel):
    """Compare all prices with the channel, and set right what differs.

    The cursor's position, ``<list>:<price>:<compared>:<differing>``, says where to go
    on; while it is under way its watermark is the moment when it began.
    """

    _name = "channel.price.check"
    _description = "Prices Changed at Channels"

    def _run(self, channel):
        """Compare the next part.

        :raises RetryableJobError: when the channel is out of reach for the moment.
        """
        if not channel.exists() or not channel._is_operating("price"):
            return
        if Capability.PRICE_READ not in channel._capabilities():
            return
        channel = channel._as_worker()
        self = self.with_env(channel.env)
        cursor = self.env["channel.cursor"]._lock(channel, "price_check")
        with channel._call_errors("prices"):
            self._go_on(channel, cursor)

    def _go_on(self, channel, cursor):
        list_id, after, compared, differing = self._position(cursor)
        if not cursor.position:
            cursor.watermark = fields.Datetime.now()
        lists = self.env["channel.price.list"].search(
            [("channel_id", "=", channel.id), ("id", ">=", list_id)], order="id"
        )
        for price_list in lists:
            start = after if price_list.id == list_id else 0
            rows = self._rows(price_list, start)
            found = self._compare(channel, price_list, rows)
            compared, differing = compared + len(rows), differing + found
            if len(rows) == ENOUGH:
                after = rows[-1][0]
                cursor.position = f"{price_list.id}:{after}:{compared}:{differing}"
                self.env["channel.wakeup"]._after_commit(channel, "_job_check_prices")
                return
        cursor.position = False
        self.env["channel.listing.price"]._wake()

    def _position(self, cursor):
        """:return: (list id, id of the last price, compared so far, differing)."""
        parts = (cursor.position or "0:0:0:0").split(":")
        return tuple(int(part) for part in parts)

    def _rows(self, price_list, after):
        values = {"list": price_list.id, "after": after, "limit": ENOUGH}
        self.env.cr.execute(price_sql.TO_READ, values)
        return self.env.cr.fetchall()

    def _compare(self, channel, price_list, rows):
        """Read some prices of a list.

        :return: how many differ from what was confirmed.
        """
        names = tuple(name for _id, name, *_amounts in rows)
        if not names:
            return 0
        adapter = channel._adapter()
        read_at = adapter.clock()
        found = {
            price.listing: price
            for price in adapter.read_prices(price_list.external_id or "", names)
        }
        observed, gaps = [], []
        for price_id, name, amount, compare_at in rows:
            price = found.get(name)
            if price is None and price_list.kind == "base":
                continue  # gone there: the catalogue will say so
            seen = (price.amount, price.compare_at) if price else (None, None)
            known = (_number(amount), _number(compare_at))
            differs = known != seen
            # before it was read for the first time nothing could differ
            if differs and known[0] is not None:
                gaps.append((price_id, *known, *seen))
            moment = price.read_at if price else read_at
            observed.append((price_id, *seen, _naive(moment), differs))
        self._store(observed)
        self.env["channel.reconcile.prices"]._note_differing(gaps)
        return len(gaps)

    def _store(self, observed):
        if not observed:
            return
        ids, amounts, compares, moments, differ = map(list, zip(*observed, strict=True))
        values = {
            "ids": ids,
            "amounts": amounts,
            "compares": compares,
            "moments": moments,
            "differ": differ,
        }
        self.env.cr.execute(price_sql.OBSERVED, values)
        self.env["channel.listing.price"].invalidate_model(flush=False)


def _number(text):
    return None if text is None else Decimal(text)


def _naive(moment):
    return moment.astimezone(UTC).replace(tzinfo=None)
