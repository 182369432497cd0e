"""Verbs of orders: the sweep by ``searchOrders``, single orders by ``getOrder``."""

import json
from datetime import timedelta

from odoo.addons.channel_base.adapter.errors import (
    ConfigError,
    DataError,
    ProtocolError,
    TransientError,
)
from odoo.addons.channel_base.adapter.port import (
    OrderChange,
    OrderCheck,
    OrderPage,
    OrderRead,
)

from .errors import Refused
from .mapper_common import moment, parts, readable, stamp
from .mapper_order import is_own, order

PAGE = 100  # orders of a page
# Amazon refuses a window that ends less than two minutes ago.
LAG = timedelta(minutes=2, seconds=10)
TOKEN_LIFE = timedelta(hours=23)  # of the 24 that a page's token lives
INCLUDED = (
    "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,"
    "PAYMENT"
)


class Orders:
    """What an adapter can tell of orders. One sweep asks for all marketplaces, since
    the operation may be called once in three minutes only."""

    def order_changes(self, since):
        changes = [
            change for page in self.order_pages(since) for change in page.changes
        ]
        yield from sorted(changes, key=lambda change: change.updated_at)

    def order_checks(self, since):
        for change in self.order_changes(since):
            told = change.order
            if not told:
                yield OrderCheck(change.external_id, change.updated_at)
                continue
            yield OrderCheck(
                told.external_id,
                told.updated_at,
                placed_at=told.ordered_at,
                state=told.state,
                payment_state=told.payment_state,
                fulfilment_state=told.fulfilment_state,
                total=told.total,
            )

    def order_pages(self, since, position=None):
        """All orders changed since a moment, a page a call, to be gone on with from any
        page: a sweep may need more calls than there are at a time."""
        sweep = self._sweep(since, position)
        while sweep["since"] <= sweep["until"]:
            answer = self._client.call("searchOrders", **self._query(sweep))
            changes = tuple(_changes(answer))
            token = (answer.get("pagination") or {}).get("nextToken")
            until = moment(sweep["until"])
            if not token:
                yield OrderPage(changes, until=until)
                return
            sweep["token"] = token
            sweep.setdefault("begun", stamp(self.clock()))
            yield OrderPage(changes, position=json.dumps(sweep), until=until)
        yield OrderPage((), until=since)

    def _sweep(self, since, position):
        """Where to go on; an old token's sweep begins anew, for its window is open
        still."""
        if position:
            stored = json.loads(position)
            if self.clock() - moment(stored["begun"]) < TOKEN_LIFE:
                return stored
            since = min(since, moment(stored["since"]))
        return {"since": stamp(since), "until": stamp(self.clock() - LAG)}

    def _query(self, sweep):
        query = {
            "lastUpdatedAfter": sweep["since"],
            "lastUpdatedBefore": sweep["until"],
            "marketplaceIds": ",".join(self._market_ids()),
            "maxResultsPerPage": PAGE,
            "includedData": INCLUDED,
        }
        if sweep.get("token"):
            query["paginationToken"] = sweep["token"]
        return query

    def read_orders(self, external_ids):
        got_any = False
        for external_id in dict.fromkeys(external_ids):
            try:
                read = self._read_order(external_id)
            except TransientError as error:
                if not got_any:
                    raise
                # what was read before it is kept
                read = OrderRead(external_id, error=error)
            got_any = True
            yield read

    def _read_order(self, external_id):
        try:
            answer = self._client.call("getOrder", external_id, includedData=INCLUDED)
        except Refused as error:
            if error.is_gone:
                return OrderRead(external_id)
            return OrderRead(
                external_id, error=DataError(error.message, code=error.code)
            )
        payload = answer.get("order")
        if not isinstance(payload, dict):
            raise ProtocolError("Amazon's answer holds no order.", code="order")
        try:
            found = order(payload) if is_own(payload) else None
        except ProtocolError as error:
            return OrderRead(external_id, error=error)
        return OrderRead(external_id, order=found)

    def _market_ids(self):
        """Ids of the marketplaces that the channel sells in.

        :raises ConfigError: when there is none.
        """
        ids = [m for m in self.settings.options.get("markets", "").split(",") if m]
        if not ids:
            raise ConfigError(
                "No marketplace is active for this channel: connect it, or choose its"
                " marketplaces.",
                code="marketplaces",
            )
        return ids


def _changes(answer):
    """What a page tells: whole orders, so that none has to be read again. One that is
    not understood is named only, and reading it tells why."""
    orders = answer.get("orders")
    if not isinstance(orders, list):
        raise ProtocolError("Amazon's answer holds no list of orders.", code="orders")
    for payload in parts(orders):
        with readable("A page of orders"):
            external_id = payload["orderId"]
            updated_at = moment(payload["lastUpdatedTime"])
        try:
            if not is_own(payload):
                continue
            found = order(payload)
        except ProtocolError:
            found = None
        yield OrderChange(external_id, updated_at, order=found)
