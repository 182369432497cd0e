from dataclasses import replace

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.channel_base.tests.change_case import ChangeCase


@tagged("post_install", "-at_install")
class TestChangedKits(ChangeCase):
    """Kits that are taken off an order are taken off its transfers, part by part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = cls.make_product("BOLT", quantity=100)
        cls.plate = cls.make_product("PLATE", quantity=50)
        cls.kit = cls.make_product("KIT", is_storable=False)
        cls.bill = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                # two at a time
                "product_qty": 2,
                "bom_line_ids": [
                    Command.create({"product_id": cls.bolt.id, "product_qty": 8}),
                    Command.create({"product_id": cls.plate.id, "product_qty": 2}),
                ],
            }
        )
        cls.kit_offer = cls.market.offer("KIT")
        cls.make_listing(cls.channel, cls.kit_offer, cls.kit)

    def kits(self, quantity):
        return self.line("", quantity, offer=self.kit_offer)

    def test_kits_are_taken_off_and_put_on_again(self):
        order = self.placed(self.kits(3), paid=False)
        row = self.bring(order)
        self.assertEqual(self.open_units(row), {"BOLT": 12, "PLATE": 3})
        fewer = self.less(order)
        self.bring(fewer)
        self.assertEqual(self.open_units(row), {"BOLT": 8, "PLATE": 2})
        more = self.edited(
            fewer, self._again(order, quantity=5, cancelled=1), self.line("other", 1)
        )
        self.bring(more)
        self.assertEqual(self.open_units(row), {"BOLT": 16, "PLATE": 4, "SKU-1": 1})
        self.leave(row)
        self.assertEqual(row.sale_order_id.order_line[0].qty_delivered, 4)
        self.assertFalse(self.issues())

    def _again(self, order, quantity, **values):
        key = order.lines[0].external_id
        return replace(self.kits(quantity), external_id=key, **values)

    def test_every_step_on_the_way_follows(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.placed(self.kits(3), paid=False)
        row = self.bring(order)
        self.bring(self.less(order, units=2))
        for _step in range(3):
            self.assertEqual(self.open_units(row)["BOLT"] % 4, 0)
            self.leave(row)
        self.assertEqual(row.sale_order_id.order_line.qty_delivered, 1)
        self.assertFalse(self.issues())

    def test_parts_that_have_left_count_for_the_next_kit(self):
        order = self.placed(self.kits(3), paid=False)
        row = self.bring(order)
        picking = row.sale_order_id.picking_ids
        for move in picking.move_ids:
            move.quantity = 6 if move.product_id == self.bolt else 1
            move.picked = True
        picking._action_done()
        self.env.flush_all()
        self.bring(self.less(order))
        self.assertEqual(self.open_units(row), {"BOLT": 2, "PLATE": 1})
        self.leave(row)
        self.assertEqual(row.sale_order_id.order_line.qty_delivered, 2)
        self.assertFalse(self.issues())

    def test_kits_that_are_given_back_before_they_leave(self):
        order = self.placed(self.kits(3))
        row = self.bring(order)
        back = self.given_back(
            order, "12", lines=(self.units_back(order, 1),), cancelled=1
        )
        self.bring(back)
        self.assertEqual(self.open_units(row), {"BOLT": 8, "PLATE": 2})
        more = self.given_back(
            back, "12", key="b", lines=(self.units_back(order, 1),), cancelled=1
        )
        self.bring(self.later(more))
        self.assertEqual(self.open_units(row), {"BOLT": 4, "PLATE": 1})
        self.assertEqual(self.invoiced(row), (12, 2, 0))
        self.assertFalse(self.issues())

    def test_another_bill_of_materials_since_is_left_to_people(self):
        order = self.placed(self.kits(3), paid=False)
        row = self.bring(order)
        self.bill.bom_line_ids[0].product_qty = 6
        self.bring(self.less(order))
        self.assertEqual(self.open_units(row), {"BOLT": 12, "PLATE": 3})
        self.assertIn("part of a kit", self.issues("edit_unsupported").message)
