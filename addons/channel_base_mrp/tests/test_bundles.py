from dataclasses import replace

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.channel_base.tests.order_case import OrderCase
from odoo.addons.channel_base.tests.test_order_kinds import usd


@tagged("post_install", "-at_install")
class TestBundles(OrderCase):
    """A bundle of the shop arrives as its components; a kit of the same name here is
    not sold beside them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = cls.make_product("BOLT", quantity=100)
        cls.box = cls.make_product("BOX", is_storable=False)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.box.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": units})
                    for part, units in ((cls.product, 1), (cls.bolt, 4))
                ],
            }
        )
        cls.bolts = cls.market.offer("BOLT", quantity=100)
        cls.make_listing(cls.channel, cls.bolts, cls.bolt)

    def bundle(self, **values):
        """Two boxes, as the shop tells of them."""
        group = {"group": "g1", "group_title": "BOX", "group_quantity": 2}
        order = self.simple(quantity=2, line=group, **values)
        bolts = self.market.line(self.bolts, quantity=8, price="1.00", **group)
        paid = replace(order.payments[0], amount=usd("28.00"))
        return replace(
            order, lines=(*order.lines, bolts), total=usd("28.00"), payments=(paid,)
        )

    def moved(self, sale):
        moves = sale.order_line.move_ids
        return {move.product_id: move.product_uom_qty for move in moves}

    def test_components_of_a_bundle_are_moved_once(self):
        sale = self.bring(self.bundle()).sale_order_id
        self.assertEqual(self.moved(sale), {self.product: 2, self.bolt: 8})
        self.assertEqual(sale.amount_total, 28)
        self.assertNotIn(self.box, sale.order_line.product_id)
        self.assertTrue(
            all("2 x BOX" in name for name in sale.order_line.mapped("name"))
        )

    def test_component_that_is_a_kit_here_is_taken_apart(self):
        offer = self.market.offer("BOX")
        self.make_listing(self.channel, offer, self.box)
        order = self.simple(
            line={"group": "g2", "group_title": "Set", "group_quantity": 1}
        )
        line = replace(order.lines[0], sku="BOX", listing=offer.external_id)
        sale = self.bring(replace(order, lines=(line,))).sale_order_id
        self.assertEqual(self.moved(sale), {self.product: 1, self.bolt: 4})

    def test_kit_sold_at_a_till_leaves_as_its_components(self):
        offer = self.market.offer("BOX")
        self.make_listing(self.channel, offer, self.box)
        order = self.simple(source="pos", line={"fulfilled": 1})
        line = replace(order.lines[0], sku="BOX", listing=offer.external_id)
        before = self.bolt.qty_available
        row = self.bring(replace(order, lines=(line,)))
        self.assertEqual(self.bolt.qty_available, before - 4)
        self.assertEqual(row.sale_order_id.picking_ids.state, "done")
        self.assertFalse(row.shipment_ids)
