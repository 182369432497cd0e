from odoo.tests import tagged

from odoo.addons.channel_base.tests.common import ChannelCase

from .common import SimulatedShop

DAY = 86_400


@tagged("-at_install", "post_install")
class TestKinds(SimulatedShop, ChannelCase):
    """Orders of every kind, from a shop over HTTP to their documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.make_product("SIM-00001", quantity=50)

    def bring(self, **spec):
        """Connect, have an order placed, and do all that follows; its row."""
        channel = self.shopify_channel(import_payment="any")
        channel.action_connect()
        channel._job_import_catalogue()
        line = {"variant": "SIM-00001", "quantity": 2, "price": "10"}
        line.update(spec.pop("line", {}))
        currency = self.env.company.currency_id.name
        (placed,) = self.control(
            "shops/odoo/orders", lines=[line], currency=currency, **spec
        )["orders"]
        self.poll(channel)
        order = self.env["channel.order"].search(
            [("channel_id", "=", channel.id), ("name", "=", placed["name"])]
        )
        self.assertEqual(order.state, "imported", self.issues().mapped("message"))
        return order

    def test_connecting_names_the_sources(self):
        channel = self.shopify_channel()
        channel.action_connect()
        names = set(channel.source_ids.mapped("external_name"))
        self.assertLessEqual({"Online Store", "Point of Sale", "Draft Orders"}, names)

    def test_a_till_sale_is_delivered_and_not_told_back(self):
        order = self.bring(till=True, gateway="cash", cash_rounding="0.02")
        sale = order.sale_order_id
        self.assertEqual(order.source_name, "Point of Sale")
        self.assertEqual(sale.amount_total, 20.02)
        self.assertEqual(sale.invoice_ids.payment_state, "paid")
        self.assertEqual(sale.picking_ids.state, "done")
        self.assertEqual(self.goods.qty_available, 48)
        self.assertFalse(order.shipment_ids)
        shown = self.look("/orders")["orders"][order.name]
        self.assertEqual(len(shown["fulfillments"]), 1)

    def test_a_pre_order_waits_for_its_day(self):
        order = self.bring(fulfil_in=30 * DAY, line={"plan": "Pre-order"})
        picking = order.sale_order_id.picking_ids
        day = order.line_ids.ship_after
        self.assertEqual(picking.scheduled_date, day)
        self.assertIn("Pre-order", order.sale_order_id.order_line.name)
        self.control(f"shops/odoo/orders/{order.external_id}/ready")
        order.action_fetch()  # lists of changed orders leave it out
        self.run_jobs()
        self.assertFalse(order.line_ids.ship_after)
        self.assertLess(picking.scheduled_date, day)

    def test_a_bundle_an_engraving_and_a_note(self):
        order = self.bring(
            line={
                "group": {"title": "Gift box", "quantity": 2},
                "attributes": {"Engraving": "Ünï", "_box": "1"},
            },
            attributes={"Gift message": "Hi"},
            note="Ring twice",
            pickup=True,
        )
        name = order.sale_order_id.order_line.filtered("channel_line_id").name
        self.assertIn("Part of 2 x Gift box", name)
        self.assertIn("Engraving: Ünï", name)
        self.assertNotIn("_box", name)
        remarks = order.sale_order_id.picking_ids.order_remarks
        for text in ("Ring twice", "Gift message: Hi", "fetches it at Main"):
            self.assertIn(text, remarks)
