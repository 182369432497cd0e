"""The screens at work, in a real browser."""

from odoo.tests import HttpCase, new_test_user, tagged

from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestTours(ChannelCase, HttpCase):
    registry_test_mode = False  # ``ChannelCase`` enters it already

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(
            cls.env,
            "tours_operator",
            "channel_base.group_operator,product.group_product_manager",
        )

    def test_why_a_quantity_was_pushed(self):
        product = self.make_product("SKU-WHY", quantity=10)
        offer = self.market.offer("SKU-WHY", quantity=10)
        listing = self.make_listing(self.channel, offer, product)
        listing.write({"own_stock_rule": True, "stock_share": 50, "stock_buffer": 1})
        partner = self.env["res.partner"].create({"name": "Somebody else"})
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 3})],
            }
        )
        order.action_confirm()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.run_jobs()
        # 10 on hand, 3 sold: half of 7 is 3, less 1
        self.assertEqual(self.market.levels[offer.external_id, "main"], 2)
        self.start_tour("/odoo", "channel_base_why_quantity", login="tours_operator")
