"""The verbs of the fake marketplace. Its documents are the hub's own: no mapper."""

from datetime import datetime

from odoo.addons.channel_base.adapter import codec
from odoo.addons.channel_base.adapter.canonical import (
    Listing,
    Location,
    Order,
    PushResult,
    PushStatus,
    StockLevel,
)
from odoo.addons.channel_base.adapter.errors import DataError
from odoo.addons.channel_base.adapter.port import (
    Capability,
    Connection,
    ListingPage,
    MarketplaceAdapter,
    OrderChange,
    OrderRead,
    PushAnswer,
)

from .client import Client


class FakeAdapter(MarketplaceAdapter):
    """No webhooks, no compare-and-set; results of stock calls come by a ticket."""

    provider = "fake"
    capabilities = frozenset(
        {
            Capability.LISTINGS,
            Capability.LOCATIONS,
            Capability.STOCK_PUSH,
            Capability.STOCK_READ,
            Capability.SHIPMENT_PUSH,
        }
    )
    order_batch = 10
    stock_batch = 50

    def _call(self, verb, **arguments):
        return Client(self).call(verb, **arguments)

    def connect(self):
        return Connection(**self._call("connect"))

    def locations(self):
        yield from _read(Location, self._call("locations"))

    def order_changes(self, since):
        for external_id, moment in self._call("changes", since=since.isoformat()):
            yield OrderChange(external_id, datetime.fromisoformat(moment))

    def read_orders(self, external_ids):
        for external_id, order, error in self._call("orders", ids=external_ids):
            yield OrderRead(
                external_id,
                order=codec.loads(Order, order) if order else None,
                error=DataError(error) if error else None,
            )

    def listings(self, position=None):
        while True:
            listings, position = self._call("listings", position=position)
            yield ListingPage(tuple(_read(Listing, listings)), position=position)
            if position is None:
                return

    def read_listings(self, external_ids):
        yield from _read(Listing, self._call("read_listings", ids=external_ids))

    def stock_levels(self, pairs):
        yield from _read(StockLevel, self._call("levels", pairs=pairs))

    def push_stock(self, key, targets):
        rows = [
            (t.key, t.stock_key or t.listing, t.location, t.quantity) for t in targets
        ]
        ticket = self._call("set_stock", targets=rows)
        pending = tuple(
            PushResult(key=t.key, status=PushStatus.PENDING) for t in targets
        )
        return PushAnswer(pending, ticket=ticket, retry_after=1)

    def push_shipments(self, key, shipments):
        documents = [codec.dumps(shipment) for shipment in shipments]
        results = self._call("confirm", shipments=documents)
        return PushAnswer(tuple(_read(PushResult, results)))

    def poll(self, ticket):
        results = self._call("results", ticket=ticket)
        if results is None:
            return PushAnswer((), ticket=ticket, retry_after=1)
        return PushAnswer(tuple(_read(PushResult, results)))


def _read(cls, documents):
    return (codec.loads(cls, document) for document in documents)
