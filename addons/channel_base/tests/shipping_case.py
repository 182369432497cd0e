"""Orders of one channel that leave from a building of another one."""

from dataclasses import replace
from unittest.mock import patch

from odoo.addons.queue_job.exception import RetryableJobError

from ..adapter.canonical import Address
from .common import ChannelCase
from .fake_adapter import FakeAdapter
from .fake_warehouse import FakeWarehouse, ProviderAdapter

PROVIDER = "provider-1"
ADDRESS = Address(
    name="Homer Simpson",
    street="742 Evergreen Terrace",
    city="Springfield",
    zip="97403",
    country_code="US",
)


class ShippingCase(ChannelCase):
    """``cls.provider`` ships from ``cls.building``, where its goods are; deliveries of
    ``cls.channel``'s orders leave from there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        model = type(cls.env["channel.channel"])
        real = model._adapter_class

        def adapter_class(channel):
            return ProviderAdapter if channel.account == PROVIDER else real(channel)

        cls.classPatch(model, "_adapter_class", adapter_class)
        cls.startClassPatcher(patch.dict(ProviderAdapter.warehouses))
        cls.provider = cls.make_channel(
            PROVIDER, shipping_delay=0, shipping_service="Standard"
        )
        cls.building = cls.env["stock.warehouse"].create(
            {"name": "Building of others", "code": "3PL"}
        )
        cls.place = cls.make_place(cls.provider, "FC1", cls.building.lot_stock_id)
        cls.place.ships_orders = True
        offer = FakeAdapter.markets[PROVIDER].offer("SKU-1")
        cls.offer_there = cls.make_listing(cls.provider, offer, cls.product)
        cls.set_stock(cls.product, 20, cls.building.lot_stock_id)
        cls.channel.warehouse_id = cls.building
        cls.place_here = cls.channel.location_ids
        cls.place_here.warehouse_id = cls.building

    def setUp(self):
        super().setUp()
        self.warehouse = ProviderAdapter.warehouses[PROVIDER] = FakeWarehouse()

    def work(self):
        """Let all waiting work of providers be done."""
        self.env.flush_all()
        self.worker("channel.shipping.order")._job_work()
        self.env.flush_all()
        self._step_send()
        self.worker("channel.shipping.order")._job_work()
        self.env.flush_all()

    def report(self):
        """Ask the provider for news, and book them."""
        self.provider._job_poll_shipping()
        self.provider._job_fetch()
        self.work()

    def sent(self):
        """The newest shipping order."""
        return self.env["channel.shipping.order"].search([], limit=1)

    # --- what happens -----------------------------------------------------------------

    def sell(self, quantity):
        """An order of some units comes in, and its delivery is reserved."""
        offer = self.market_of(self.channel).listings[self._offer().external_id]
        line = self.market.line(offer, quantity)
        external = self.market.place(line, ship_to=ADDRESS)
        self.poll()
        return self.order_of(external)

    def _offer(self):
        return self.env["channel.listing"].search(
            [("channel_id", "=", self.channel.id)], limit=1
        )

    @classmethod
    def market_of(cls, channel):
        return FakeAdapter.markets[channel.account]

    def cancel_there(self, order):
        self.market.cancel(order.external_id)
        self.poll()

    def refund_unshipped(self, order, units):
        """The shop takes units off that have not left."""
        external = self.market.orders[order.external_id]
        (line,) = external.lines
        self.market.change(order.external_id, lines=(replace(line, cancelled=units),))
        self.poll()

    def on_hand(self):
        location = self.building.lot_stock_id
        return self.product.with_context(location=location.id).qty_available

    def send_in_vain(self, batch):
        """A send job that is postponed; Odoo's own assertion would undo its attempt."""
        try:
            batch._job_send()
        except RetryableJobError:
            return
        self.fail("the job was not postponed")
