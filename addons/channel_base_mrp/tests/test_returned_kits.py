from dataclasses import replace

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.channel_base.tests.return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestReturnedKits(ReturnCase):
    """Kits come back in parts; the channel hears of whole ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = cls.make_product("BOLT", quantity=100)
        cls.plate = cls.make_product("PLATE", quantity=50)
        cls.kit = cls.make_product("KIT", is_storable=False)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in ((cls.bolt, 4), (cls.plate, 1))
                ],
            }
        )
        cls.offer = cls.market.offer("KIT", quantity=10)
        cls.make_listing(cls.channel, cls.offer, cls.kit)

    def ends(self, row, *ends):
        """Receive parts: (product, quantity, disposition)."""
        wizard = self.env["channel.return.inspect"].create({"return_id": row.id})
        rows = [
            {"product_id": part.id, "quantity": quantity, "disposition": end}
            for part, quantity, end in ends
        ]
        wizard.line_ids = [Command.clear(), *map(Command.create, rows)]
        wizard.action_apply()
        self.commit()

    def awaited(self, row):
        self.env.invalidate_all()
        return {
            move.product_id: move.product_qty for move in row.line_ids._open_moves()
        }

    def test_a_kit_comes_back_with_all_its_parts(self):
        external, _order = self.sold(3)
        row = self.agreed(external, 2)
        self.assertEqual(self.awaited(row), {self.bolt: 8, self.plate: 2})
        self.inspect(row)
        self.assertEqual((row.state, row.line_ids.received), ("inspected", 2))
        self.assertEqual(self.there(row).lines[0].processed, 2)
        row.action_credit()
        self.assertEqual(row.credit_ids.amount_total, 20)

    def test_parts_of_a_kit_meet_different_ends(self):
        external, _order = self.sold(2)
        row = self.agreed(external, 1)
        self.ends(row, (self.bolt, 3, "restock"), (self.plate, 1, "scrap"))
        self.assertEqual(row.state, "receiving")
        self.assertEqual(self.awaited(row), {self.bolt: 1})
        self.ends(row, (self.bolt, 1, "missing"))
        self.assertEqual(row.state, "inspected")
        self.assertEqual(self.there(row).lines[0].processed, 1)

    def test_fewer_kits_there_lower_every_part(self):
        external, _order = self.sold(3)
        row = self.agreed(external, 3)
        lines = self.there(row).lines
        self.market.change_return(
            row.external_id,
            lines=tuple(replace(line, quantity=1) for line in lines),
        )
        self.poll_returns()
        self.assertEqual(self.awaited(row), {self.bolt: 4, self.plate: 1})
