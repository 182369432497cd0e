from datetime import UTC, datetime, timedelta

from odoo.tests import tagged

from odoo.addons.channel_base.adapter.canonical import Address

from .account import serving, spoken
from .common import AmazonCase
from .outbound_account import OutboundAccount

SKU = "SKU 0/ä"


@tagged("-at_install", "post_install")
class TestFba(AmazonCase):
    """Goods in Amazon's warehouses: sold by Amazon, and shipped for other channels."""

    def setUp(self):
        super().setUp()
        self.account = OutboundAccount()
        self.origin = self.enterContext(serving(spoken(self.account)))
        self.amazon = self.connected(shipping_delay=0, shipping_service="Standard")
        self.place = self.amazon.location_ids.filtered("ships_itself")

    def take_in_stock(self):
        """The seller's goods at Amazon get a warehouse in Odoo."""
        self.fba = self.env["stock.warehouse"].create({"name": "FBA", "code": "FBA"})
        self.place.write({"warehouse_id": self.fba.id, "ships_orders": True})
        self.set_stock(self.product, 20, self.fba.lot_stock_id)
        self.env["channel.listing"].create(
            {
                "channel_id": self.amazon.id,
                "external_id": SKU,
                "name": "Mug",
                "sku": SKU,
                "product_id": self.product.id,
            }
        )

    def sold_by_amazon(self, shipped=False):
        payload = self.placed()
        payload["fulfillment"] |= {
            "fulfilledBy": "AMAZON",
            "fulfillmentStatus": "SHIPPED" if shipped else "UNSHIPPED",
        }
        payload["orderItems"][0]["fulfillment"]["quantityFulfilled"] = 2 * shipped
        return payload

    def on_hand(self):
        location = self.fba.lot_stock_id
        return self.product.with_context(location=location.id).qty_available

    # --- orders that Amazon ships -----------------------------------------------------

    def test_a_place_for_the_network(self):
        self.assertEqual(self.place.external_id, "FBA-EU")
        own = self.amazon.location_ids - self.place
        self.assertTrue(own.feed_ids, "our own place is fed all the same")

    def test_without_a_warehouse_no_stock_is_touched(self):
        self.sold_by_amazon()
        order = self.taken_in(self.amazon)
        self.assertEqual(order.state, "imported", order.trouble)
        self.assertFalse(order.sale_order_id.picking_ids)

    def test_they_take_stock_there_and_leave_when_amazon_says_so(self):
        self.take_in_stock()
        self.sold_by_amazon()
        order = self.taken_in(self.amazon)
        picking = order.sale_order_id.picking_ids
        self.assertEqual(picking.picking_type_id.warehouse_id, self.fba)
        self.assertEqual(picking.state, "assigned")
        payload = self.sold_by_amazon(shipped=True)
        moment = datetime.now(UTC) - timedelta(minutes=3)
        payload["lastUpdatedTime"] = moment.isoformat()
        self.taken_in(self.amazon)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.on_hand(), 18)
        self.assertFalse(picking.shipping_order_id)

    def test_orders_of_before_change_their_policy_with_the_warehouse(self):
        self.sold_by_amazon()
        self.taken_in(self.amazon)
        source = self.amazon.source_ids.filtered(lambda s: s.external_code == "FBA")
        self.assertEqual(source.order_policy, "books")
        self.take_in_stock()
        self.assertEqual(source.order_policy, "import")

    # --- orders that Amazon ships for others ------------------------------------------

    def sold_elsewhere(self, quantity=3):
        """An order of another channel, whose deliveries leave from Amazon's."""
        self.channel.warehouse_id = self.fba
        self.channel.location_ids.warehouse_id = self.fba
        ship_to = Address(
            name="Ute Mayer",
            street="Hauptstr. 1",
            city="Bonn",
            zip="53113",
            country_code="DE",
        )
        line = self.market.line(self.offer, quantity)
        external = self.market.place(line, ship_to=ship_to)
        self.poll()
        return self.order_of(external)

    def work(self):
        """What workers do for Amazon's warehouse."""
        self.env.flush_all()
        orders = self.worker("channel.shipping.order")
        orders._job_work()
        self._step_send()
        orders._job_work()
        self.env.flush_all()

    def report(self):
        self.amazon._job_poll_shipping()
        self.amazon._job_fetch()
        self.work()

    def test_an_order_of_another_channel(self):
        self.take_in_stock()
        order = self.sold_elsewhere()
        self.work()
        (reference,) = self.account.fulfilments
        picking = order.sale_order_id.picking_ids
        self.assertEqual(reference, picking.name.replace("/", "-"))
        self.account.ship(reference, ("1", SKU, 1), status="Processing")
        self.report()
        self.assertEqual(order.sale_order_id.order_line.qty_delivered, 1)
        self.account.ship(reference, ("1", SKU, 2), tracking="TBA2")
        self.report()
        pickings = order.sale_order_id.picking_ids
        self.assertEqual(pickings.mapped("state"), ["done", "done"])
        self.assertEqual(self.on_hand(), 17)
        tracked = pickings.mapped("carrier_tracking_ref")
        self.assertEqual(sorted(tracked), ["TBA1", "TBA2"])
        self.assertEqual(len(self.account.fulfilments), 1)

    def test_an_order_that_is_cancelled_in_time(self):
        self.take_in_stock()
        order = self.sold_elsewhere()
        self.work()
        self.market.cancel(order.external_id)
        self.poll()
        self.work()
        self.assertEqual(order.sale_order_id.picking_ids.state, "cancel")
        (payload,) = self.account.fulfilments.values()
        status = payload["fulfillmentOrder"]["fulfillmentOrderStatus"]
        self.assertEqual(status, "Cancelled")

    def test_what_amazon_counts_corrects_the_stock(self):
        self.take_in_stock()
        self.account.inventory = {SKU: (15, 4)}
        self.place._job_read_building()
        rows = self.env["channel.building.stock"]
        rows._job_compare()
        row = rows.search([("location_id", "=", self.place.id)])
        self.assertEqual((row.there, row.difference), (19, -1))
