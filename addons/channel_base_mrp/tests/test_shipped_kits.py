from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.channel_base.tests.test_shipment import ShipmentCase


@tagged("post_install", "-at_install")
class TestShippedKits(ShipmentCase):
    """The channel hears of whole kits, from the transfer that completes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = cls.make_product("BOLT", quantity=100)
        cls.plate = cls.make_product("PLATE", quantity=50)
        cls.kit = cls.make_kit("KIT", [(cls.bolt, 4), (cls.plate, 1)])

    @classmethod
    def make_kit(cls, sku, parts):
        kit = cls.make_product(sku, is_storable=False)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in parts
                ],
            }
        )
        return kit

    def backorder(self, order):
        return order.sale_order_id.picking_ids.filtered(lambda p: p.state == "assigned")

    def test_complete_kits(self):
        order = self.make_order((self.kit, 3))
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        self.assertEqual(self.confirmed(order), [3])

    def test_parts_of_a_kit_are_none(self):
        order = self.make_order((self.kit, 3))
        first = order.sale_order_id.picking_ids
        self.deliver(first, {self.bolt: 12, self.plate: 1}, tracking="FIRST")
        self.settle()
        self.assertEqual(self.confirmed(order), [1])
        self.deliver(self.backorder(order), tracking="SECOND")
        self.settle()
        self.assertEqual(self.confirmed(order), [3])
        [one, two] = self.told()
        self.assertEqual((one.lines[0].quantity, two.lines[0].quantity), (1, 2))
        self.assertEqual(two.parcels[0].tracking_number, "SECOND")

    def test_the_transfer_that_completes_a_kit_tells_of_it(self):
        order = self.make_order((self.kit, 1), (self.product, 1))
        self.deliver(order.sale_order_id.picking_ids, {self.bolt: 4, self.product: 1})
        self.deliver(self.backorder(order))
        self.settle()
        self.assertEqual(
            [[line.quantity for line in shipment.lines] for shipment in self.told()],
            [[1], [1]],
        )
        self.assertEqual(self.confirmed(order), [1, 1])

    def test_kits_in_kits(self):
        outer = self.make_kit("OUTER", [(self.kit, 2), (self.bolt, 1)])
        order = self.make_order((outer, 2))
        self.deliver(order.sale_order_id.picking_ids)
        self.settle()
        self.assertEqual(self.confirmed(order), [2])

    def test_three_steps(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.make_order((self.kit, 2))
        for _step in range(3):
            self.deliver(self.backorder(order))
        self.settle()
        self.assertEqual(self.confirmed(order), [2])
        self.assertEqual(len(self.told()), 1)

    def test_cancellation_after_parts_have_left_frees_the_others(self):
        order = self.make_order((self.kit, 1))
        sale = order.sale_order_id
        self.deliver(sale.picking_ids, {self.bolt: 4})
        self.assertEqual(sale.order_line.qty_delivered, 0, "no whole kit has left")
        external = self.market.cancel(order.external_id)
        [issue] = self.env["channel.order.cancel"]._cancel(order, external)
        self.assertIn("goods have left", issue["message"])
        self.assertEqual(sorted(sale.picking_ids.mapped("state")), ["cancel", "done"])
        self.assertEqual(sale.state, "sale")

    def test_kits_shipped_at_the_channel_could_go_twice(self):
        order = self.make_order((self.kit, 2))
        elsewhere = self.env["channel.order.elsewhere"]
        self.deliver(order.sale_order_id.picking_ids, {self.bolt: 8, self.plate: 1})
        order.line_ids.fulfilled = 1
        self.assertFalse(elsewhere._issues(order), "this one left here")
        order.line_ids.fulfilled = 2
        [issue] = elsewhere._issues(order)
        self.assertIn(f"1 of {self.kit.display_name}", issue["message"])
        self.deliver(self.backorder(order))
        self.assertFalse(elsewhere._issues(order))

    def test_kits_that_had_left_take_one_component_by_several_bills(self):
        outer = self.make_kit("OUTER", [(self.kit, 1), (self.bolt, 2)])
        order = self.make_order((outer, 3))
        order.line_ids.fulfilled = 2
        self.env["channel.order.shipped"]._deliver(order)
        self.assertEqual(order.sale_order_id.order_line.qty_delivered, 2)
        rest = self.backorder(order).move_ids
        self.assertEqual(sorted(rest.mapped("product_uom_qty")), [1, 2, 4])
