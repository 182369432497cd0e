"""Reading orders: in batches, each complete, a bad one without harm to the others."""

from dataclasses import replace
from decimal import Decimal

from odoo.addons.channel_base.adapter.errors import (
    ChannelError,
    ConfigError,
    DataError,
    TransientError,
)
from odoo.addons.channel_base.adapter.port import OrderChange, OrderRead

from . import mapper_check, mapper_order
from .errors import DIVIDE_CODES, TOO_DEAR, ObjectError
from .ids import digits, gid
from .mapper_common import moment, nodes
from .order_companies import OrderCompanies

CHUNK = 8  # orders a query, so that it stays within 1,000 points
FULFILMENT_ORDER = (
    "fulfilment_order:"  # prefix of an id that a fulfilment order's webhook rings for
)
TRANSACTIONS = 10  # asked for with the order: as many back may mean that there are more
FULFILMENTS = 5
LISTED = (100, 250)  # lengths that lists without pages are asked for by themselves
REFUND_PARTS = {  # connection: the document that reads it to its end
    "refundLineItems": "refund_lines",
    "refundShippingLines": "refund_shipping",
    "orderAdjustments": "refund_adjustments",
    "transactions": "refund_transactions",
}
BATCH_ERRORS = (TransientError, ConfigError)  # not the fault of one order
UNREAD = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}


class OrderReader:
    """Reads orders through a client."""

    def __init__(self, client):
        self.client = client
        self.chunk = CHUNK
        self._companies = OrderCompanies(client)

    def changes(self, since):
        """Orders changed since a moment, oldest change first; the search index lags, so
        overlap."""
        for node in self.client.pages("order_changes", query=_changed(since)):
            yield OrderChange(
                external_id=digits(node["id"]), updated_at=moment(node["updatedAt"])
            )

    def checks(self, since):
        """The same orders with what tells whether they are known as they are."""
        for node in self.client.pages("order_checks", query=_changed(since)):
            yield mapper_check.check(node)

    def fetch(self, external_ids):
        """One ``OrderRead`` per id asked for.

        A call that fails on the way costs the orders that were not read yet, not those
        that were: else a batch of many calls would hardly ever come through when one
        call in ten fails.

        :raises TransientError: when nothing was read.
        """
        orders = self._order_ids(external_ids)
        reads, failure = self._read_all({order for order in orders.values() if order})
        for asked, order in orders.items():
            unread = OrderRead(external_id=asked, error=failure if order else None)
            yield replace(reads.get(order, unread), external_id=asked)

    def _read_all(self, wanted):
        """:return: reads by order id, and the error that kept the others from it."""
        reads, left = {}, sorted(wanted)
        try:
            while left:
                chunk, left = left[: self.chunk], left[self.chunk :]
                for read in self._read_chunk(chunk):
                    reads[read.external_id] = read
        except TransientError as error:
            if not reads:
                raise
            return reads, error
        return reads, None

    def _order_ids(self, external_ids):
        """``{id asked for: order id}``; None for fulfilment orders that are gone."""
        named = [one for one in external_ids if one.startswith(FULFILMENT_ORDER)]
        owners = {}
        if named:
            ids = [
                gid("FulfillmentOrder", one.removeprefix(FULFILMENT_ORDER))
                for one in named
            ]
            found = nodes(
                self.client.query("fulfilment_order_owners", ids=ids)["nodes"]
            )
            owners = {digits(node["id"]): digits(node["orderId"]) for node in found}
        return {
            one: owners.get(one.removeprefix(FULFILMENT_ORDER)) if one in named else one
            for one in external_ids
        }

    def _read_chunk(self, ids):
        """Read some orders by one query; divide them when one may have spoiled it for
        all."""
        try:
            found = self.client.query("orders", ids=[gid("Order", one) for one in ids])
            found = self._companies.complete(nodes(found["nodes"]))
        except ChannelError as error:
            if error.code not in DIVIDE_CODES and not isinstance(error, ObjectError):
                raise
            yield from self._divided(ids, error)
            return
        by_id = {digits(payload["id"]): payload for payload in found}
        for one in ids:
            yield self._read_one(one, by_id.get(one))

    def _divided(self, ids, error):
        if len(ids) == 1:
            yield OrderRead(external_id=ids[0], error=error)
            return
        middle = len(ids) // 2
        if error.code == TOO_DEAR:
            self.chunk = middle
        yield from self._read_chunk(ids[:middle])
        yield from self._read_chunk(ids[middle:])

    def _read_one(self, external_id, payload):
        if payload is None:
            return OrderRead(external_id=external_id)
        try:
            return OrderRead(
                external_id=external_id,
                order=mapper_order.order(self.complete(payload)),
            )
        except ChannelError as error:
            if isinstance(error, BATCH_ERRORS) and error.code not in DIVIDE_CODES:
                raise
            return OrderRead(external_id=external_id, error=error)

    # --- what did not fit into the first query ----------------------------------------

    def complete(self, payload):
        """The payload with every nested list read to its end."""
        owner, rest = payload["id"], self.client.rest
        return {
            **self.with_fulfilments(payload),
            "lineItems": self._with_duties(
                payload, rest(payload["lineItems"], "order_lines", owner)
            ),
            "shippingLines": rest(
                payload["shippingLines"], "order_shipping_lines", owner
            ),
            "transactions": self._transactions(payload),
            "refunds": self._refunds(payload),
        }

    def with_fulfilments(self, payload):
        """The payload with all fulfilments and fulfilment orders and all of their
        lines."""
        return {
            **payload,
            "fulfillments": self._fulfilments(payload),
            "fulfillmentOrders": self._fulfilment_orders(payload),
        }

    def _with_duties(self, payload, lines):
        duties = payload.get("originalTotalDutiesSet")
        if not duties or not Decimal(duties["money"]["amount"]):
            return lines
        found = self.client.rest(UNREAD, "order_duties", payload["id"])
        by_line = {node["id"]: node["duties"] for node in found}
        return [{**line, "duties": by_line.get(line["id"])} for line in lines]

    def _transactions(self, payload):
        found = nodes(payload.get("transactions"))
        if len(found) < TRANSACTIONS:
            return found
        return self._listed("order_transactions", "transactions", payload["id"])

    def _refunds(self, payload):
        if not nodes(payload.get("refunds")):
            return []
        owner = payload["id"]
        found = self._listed("order_refunds", "refunds", owner, 5)
        return [
            {
                **refund,
                **{
                    part: self.client.rest(refund[part], name, refund["id"])
                    for part, name in REFUND_PARTS.items()
                },
            }
            for refund in found
        ]

    def _fulfilments(self, payload):
        found = nodes(payload.get("fulfillments"))
        if len(found) == FULFILMENTS:
            found = self._listed("order_fulfilments", "fulfillments", payload["id"], 20)
        return [
            {
                **part,
                "fulfillmentLineItems": self.client.rest(
                    part["fulfillmentLineItems"], "fulfilment_lines", part["id"]
                ),
            }
            for part in found
        ]

    def _fulfilment_orders(self, payload):
        found = self.client.rest(
            payload["fulfillmentOrders"], "order_fulfilment_orders", payload["id"]
        )
        return [
            {
                **part,
                "lineItems": self.client.rest(
                    part["lineItems"], "fulfilment_order_lines", part["id"]
                ),
            }
            for part in nodes(found)
        ]

    def _listed(self, name, field, owner, *lengths):
        """A list without cursor: asked for again, longer, while it is as long as asked
        for.

        :raises DataError: when it may be longer than Shopify shows.
        """
        for first in (*lengths, *LISTED):
            data = self.client.query(name, id=owner, first=first)
            found = _present(data["order"], owner)[field] or []
            if len(found) < first:
                return nodes(found)
        raise DataError(
            f"The Shopify order {digits(owner)} has {first} {field} or more, and no"
            " more of them can be read: go on with it by hand.",
            code="LIST_TOO_LONG",
        )


def _changed(since):
    return f"updated_at:>='{since:%Y-%m-%dT%H:%M:%SZ}'"


def _present(found, owner):
    """What was found, or the error of an order that was deleted while it was read."""
    if found is None:
        raise TransientError(f"{owner} disappeared while it was read.")
    return found
